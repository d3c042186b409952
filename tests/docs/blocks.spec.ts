import { describe, expect, it } from '@jest/globals';
import { compileDefinition } from '@orrery/domain';
import { TextDocumentReader } from '@orrery/infrastructure';
import { buildSchema, parse, validate } from 'graphql';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Block, allBlocks, documents, read, root } from './support/documents.js';

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** What is wrong with a block; nothing if nothing is. */
type Check = (block: Block) => string | undefined;

const excerpt: Check = ({ language, words, text }) => {
  const [word, path] = words;
  if (word !== 'excerpt' || path === undefined) return `a block of ${language} says which file it is an excerpt of`;
  const indented = read(path).replace(/^[ \t]+/gm, '');
  return indented.includes(text.replace(/^[ \t]+/gm, '')) ? undefined : `is not in ${path} as it stands here`;
};

/** Definitions compile; what is no definition is an excerpt of a file. */
const yaml: Check = (block) => {
  if (block.words.length > 0) return excerpt(block);
  const { value } = new TextDocumentReader().read(block.text, 'yaml');
  const { faults } = compileDefinition(value);
  const errors = faults.filter(({ severity }) => severity === 'error');
  return errors.length === 0 ? undefined : errors.map(({ message }) => message).join('; ');
};

/** An answer is compared by commands.e2e.spec.ts with what the commands before it were answered. */
const json: Check = ({ text, words: [word] }) => {
  JSON.parse(text);
  return word === undefined || word === 'answer' ? undefined : `"${word}" is no word of a JSON block: answer`;
};

const CLOSING: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
const KINDS = /^(flowchart|sequenceDiagram|stateDiagram-v2)\b/;

/** The first bracket that closes nothing, or is not closed; texts and arrow heads are left out. */
function unbalanced(text: string): string | undefined {
  const open: string[] = [];
  for (const character of text.replace(/"[^"\n]*"/g, '').replace(/-+[)x]/g, '')) {
    if ('([{'.includes(character)) open.push(character);
    else if (CLOSING[character] && open.pop() !== CLOSING[character]) return character;
  }
  return open.at(-1);
}

const linesLike = (text: string, form: RegExp) => text.match(form)?.length ?? 0;

/** Not a parser: it sees what breaks most pictures, which is brackets and blocks that do not end. */
const mermaid: Check = ({ text }) => {
  if (!KINDS.test(text)) return 'begins with no kind of picture that is known here';
  const wrong = unbalanced(text);
  if (wrong !== undefined) return `"${wrong}" has no other half`;
  const begun = linesLike(text, /^\s*(subgraph|loop|alt|opt|par)\b/gm);
  const ended = linesLike(text, /^\s*end\s*$/gm);
  return begun === ended ? undefined : `${begun} blocks begin and ${ended} end`;
};

/** How commands.e2e.spec.ts runs a block: beside the others, to be refused, or to its end and that of the server. */
const RUN_WORDS = ['background', 'refused', 'killed'];

/** Commands that start, install or take long are not run here, but what they name is there. */
const sh: Check = ({ words, text }) => {
  if (words.length === 0 || RUN_WORDS.includes(words[0]!)) return undefined;
  if (words[0] !== 'start') return `"${words[0]}" is no word of a shell block: start, ${RUN_WORDS.join(', ')}`;
  const unknown = text.match(/(?<=npm run )[\w:-]+/g)?.filter((script) => !(script in scripts)) ?? [];
  const files = text.match(/(?<=(?:^|\s)(?:node|python3|bash) )[\w./-]+/gm) ?? [];
  const missing = files.filter((file) => !existsSync(join(root, file)));
  const complaints = [...unknown.map((script) => `no script ${script}`), ...missing.map((file) => `no file ${file}`)];
  return complaints.length === 0 ? undefined : complaints.join(', ');
};

/** What is printed or recorded: commands.e2e.spec.ts and trace.spec.ts compare it with what really is. */
const text: Check = ({ words: [word], text: lines }) => {
  if (word === 'conversation') return strangeFrame(lines);
  const isKnown = ['greeting', 'history', 'mistake', 'screen', 'trace'].includes(word ?? '');
  return isKnown ? undefined : 'a block of text is a greeting, a history, a mistake, a screen or a trace';
};

/** Frames, shortened for a reader: each is one that the contract of a session has. */
const strangeFrame = (lines: string) => {
  const sessions = ['orchestration/stream-session', 'orchestration/client-session', 'live/live-session'];
  const sent = sessions.map((name) => read(`apps/api/src/${name}.ts`));
  const frames = ['worker-frames', 'client-frames', 'live'].map((name) => read(`apps/api/src/contract/${name}.ts`));
  const contract = [...frames, ...sent].join('\n');
  const isFrame = (line: string) => {
    const [, type] = /^(?:worker|client|server) {2}\{"type":"([a-z]+)"/.exec(line) ?? [];
    return type !== undefined && new RegExp(`["']${type}["']`).test(contract);
  };
  return lines.split('\n').find((line) => line !== '' && !isFrame(line));
};

/** What may be asked in GraphQL. */
const graphql: Check = ({ text: document }) =>
  validate(buildSchema(read('apps/api/schema.graphql')), parse(document)).join('\n') || undefined;

const CHECKS: Record<string, Check> = {
  yaml,
  json,
  mermaid,
  sh,
  text,
  graphql,
  ts: excerpt,
  sql: excerpt,
  py: excerpt,
};

const fault = (block: Block) => {
  const check = CHECKS[block.language];
  if (!check) return `"${block.language}" is no language that is checked`;
  try {
    return check(block);
  } catch (error) {
    return (error as Error).message;
  }
};

describe.each(documents())('the blocks of %s', (document) => {
  it('are what they say', () => {
    const faults = allBlocks()
      .filter((block) => block.document === document)
      .map((block) => [`line ${block.line} (${block.language})`, fault(block)])
      .filter(([, what]) => what !== undefined);
    expect(faults).toEqual([]);
  });
});

describe('the check of blocks', () => {
  const block = (language: string, text: string, ...words: string[]): Block => ({
    document: 'a.md',
    line: 1,
    language,
    words,
    text,
  });

  it.each([
    block('basic', 'GOTO 10'),
    block('yaml', 'orrery: v1\nname: a\n'),
    block('yaml', 'a: [\n'),
    block('json', '{ "a": 1, }'),
    block('mermaid', 'flowchart LR\n  a[one --> b\n'),
    block('mermaid', 'flowchart LR\n  subgraph one\n  a --> b\n'),
    block('mermaid', 'pie\n'),
    block('sh', 'npm run nonsense\n', 'start'),
    block('sh', 'node tools/none.mjs\n', 'start'),
    block('sh', 'ls\n', 'later'),
    block('text', 'hello\n'),
    block('ts', 'export const a = 1;\n'),
    block('ts', 'export const a = 1;\n', 'excerpt', 'tools/tidy/tree.ts'),
  ])('sees what is wrong with $language $words', (wrong) => {
    expect(fault(wrong)).toEqual(expect.any(String));
  });
});
