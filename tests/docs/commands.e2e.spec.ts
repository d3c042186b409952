import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import getPort from 'get-port';
import { Standalone, build, dataDirectory, endPrograms } from '../e2e/support/standalone.js';
import { until } from '../e2e/support/until.js';
import { type Block, blocksOf, documents, root } from './support/documents.js';

const WRITTEN_FOR = 'http://127.0.0.1:8000';
const A_DOCUMENT_MS = 120_000;

const isAnswer = ({ language, words }: Block) => language === 'json' && words[0] === 'answer';
const isRun = ({ language, words }: Block) => language === 'sh' && words[0] !== 'start';
const scriptOf = (document: string) => blocksOf(document).filter(isRun);
const needsPython = (document: string) => scriptOf(document).some(({ text }) => text.includes('python3 '));
const hasPython = spawnSync('python3', ['--version']).status === 0;

/** A document that kills its server has one of its own, and that is started again as its reader would. */
const kills = (document: string) => scriptOf(document).some(({ words }) => words[0] === 'killed');
const servers = new Map<string, Standalone>();

let isOver = false;
let standalone: Standalone;
beforeAll(async () => {
  build('standalone', 'cli');
  standalone = new Standalone(await dataDirectory(), await getPort());
  await standalone.greeted();
  // Its last words are three commands.
  await until(async () => /^Next:\n(?: {2}.+\n){3}/m.test(standalone.stdout));
  for (const document of documents()) servers.set(document, kills(document) ? await mortal() : standalone);
}, A_DOCUMENT_MS);
afterAll(() => {
  isOver = true;
  return endPrograms();
}, A_DOCUMENT_MS);

async function mortal(): Promise<Standalone> {
  const server = new Standalone(await dataDirectory(), await getPort(), { args: ['--no-examples'] });
  await server.ready();
  void server.exit().then((how) => {
    if (how === 'SIGKILL' && !isOver) new Standalone(server.data, server.port, { args: ['--no-examples'] });
  });
  return server;
}

/** A command that fails fails the document; so does an answer of 4xx where none is expected, and the other way round. */
const PRELUDE = `
set -euo pipefail
# Each job is a group of its own, so that what a job starts ends with it.
set -m
trap 'trap - EXIT; for job in $(jobs -p); do kill -- -"$job" 2>/dev/null || true; done' EXIT
curl() {
  if [ "$wanted" = yes ]; then command curl --silent --show-error --fail-with-body "$@"; return; fi
  local answer
  answer=$(command curl --silent --show-error "$@")
  grep -q '"status":4' <<<"$answer" && printf '\\nrefused: %s\\n' "$answer"
}
`;

/** What is added to a block's commands by its word. */
const ADDED: Readonly<Record<string, (commands: string, url: string) => string>> = {
  background: (commands) => `${commands.trim()} &\n`,
  killed: (commands, url) => `${commands}until command curl -sf ${url}/readyz >/dev/null; do sleep 0.1; done\n`,
};

/** All commands of a document, in its order and in one shell; what runs in the background ends with it. */
async function run(document: string): Promise<{ readonly status: number | null; readonly said: string }> {
  const { url, data } = servers.get(document)!;
  const lines = scriptOf(document).map(({ line, words: [word = ''], text }) => {
    const commands = text.replaceAll(WRITTEN_FOR, url).replaceAll(' .orrery/', ` ${data}/`);
    const begin = `echo "line ${line}" >&2; wanted=${word === 'refused' ? 'no' : 'yes'}`;
    return `${begin}\n${ADDED[word]?.(commands, url) ?? commands}`;
  });
  const env = { ...process.env, ORRERY_URL: url };
  const shell = spawn('bash', ['-s'], { cwd: root, env, timeout: A_DOCUMENT_MS, stdio: 'pipe' });
  let said = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
  shell.stdin.end([PRELUDE, ...lines].join('\n'));
  const [status] = (await once(shell, 'close')) as [number | null];
  return { status, said };
}

const withoutRequestId = (json: string): unknown =>
  JSON.parse(json, (key, value: unknown) => (key === 'requestId' ? undefined : value));

/** The refusals among all that the commands of a document said. */
const refusalsIn = (said: string) =>
  [...said.matchAll(/^refused: (.*)$/gm)].map(([, answer = '']) => withoutRequestId(answer));

describe('the commands of', () => {
  for (const document of documents().filter((each) => scriptOf(each).length > 0)) {
    if (needsPython(document) && !hasPython) {
      it.skip(`${document} (needs Python 3: there is no python3 here)`, () => undefined);
      continue;
    }
    it(
      document,
      async () => {
        const { status, said } = await run(document);
        expect(status === 0 ? '' : said).toBe('');
        for (const { text } of blocksOf(document).filter(isAnswer)) {
          expect(refusalsIn(said)).toContainEqual(withoutRequestId(text));
        }
      },
      A_DOCUMENT_MS,
    );
  }
});

/** What changes from one start to the next: place, ids and times. */
const settled = (text: string) =>
  text
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, WRITTEN_FOR)
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/ +\d+\.\d s /g, ' 0.0 s ')
    .replaceAll(/^( {2}Data {4})\S+/gm, '$1<data>')
    .trim();

describe('what the documents show', () => {
  it('is what the server prints', () => {
    const greetings = documents()
      .flatMap(blocksOf)
      .filter(({ words: [word] }) => word === 'greeting');
    expect(greetings.length).toBeGreaterThan(0);
    for (const { text } of greetings) expect(settled(text)).toBe(settled(standalone.stdout));
  });

  it('is the history of the runs that they start', async () => {
    const blocks = documents()
      .flatMap(blocksOf)
      .filter(({ words: [word] }) => word === 'history');
    const ids = new Map(blocks.map(({ words, document }) => [words[1]!, document]));
    expect(ids.size).toBeGreaterThan(0);
    for (const [id, document] of ids) {
      const lines = blocks.filter(({ words }) => words[1] === id).flatMap(({ text }) => text.trim().split('\n'));
      const told = lines.map(inShort);
      const answer = await fetch(`${servers.get(document)!.url}/api/v1/workflows/${id}/events?limit=1000`);
      const { items } = (await answer.json()) as { items: Recorded[] };
      expect(told).toEqual(
        items.map(({ version, type, data: { key } }) => [version, type, ...(key === undefined ? [] : [key])].join(' ')),
      );
    }
  });
});

interface Recorded {
  readonly version: number;
  readonly type: string;
  readonly data: { readonly key?: string };
}

/** `12  TaskQueued ship   words`: version, type, and of a task's event its key; what stands apart is for people. */
function inShort(line: string): string {
  const [, version, what] = /^\s*(\d+)\s+(\w+(?: \S+)?)(?:\s{2,}|$)/.exec(line) ?? [];
  return `${version} ${what}`;
}
