import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LanguageServer } from './support/language-server.js';

jest.setTimeout(60_000);

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');

/** As in VS Code's `yaml.schemas`: a schema, and the files that it is for. */
const settings = { schemas: { 'schemas/definition.schema.json': ['examples/**/*.yaml', 'drafts/*.yaml'] } };

let server: LanguageServer;
beforeAll(async () => {
  server = await LanguageServer.start(settings);
});
afterAll(() => server.stop());

let drafts = 0;
/** A draft with a `|` where the cursor stands. */
async function draft(text: string) {
  const path = `drafts/draft-${++drafts}.yaml`;
  const before = text.slice(0, text.indexOf('|')).split('\n');
  await server.open(path, text.replace('|', ''));
  return { path, position: { line: before.length - 1, character: before.at(-1)!.length } };
}
const offered = async (text: string) => {
  const { path, position } = await draft(text);
  return (await server.complete(path, position)).map(({ label }) => label);
};

describe('An editor with the YAML language server', () => {
  const examples = readdirSync(`${root}examples`, { recursive: true, encoding: 'utf8' });

  it.each(examples.filter((name) => name.endsWith('.yaml')))('finds nothing wrong with examples/%s', async (name) => {
    expect(await server.open(`examples/${name}`, read(`examples/${name}`))).toEqual([]);
  });

  it('finds what is wrong, where it is', async () => {
    const text = [
      'orrery: v1',
      'name: 1st',
      'timeout: soon',
      'tasks:',
      '  nap: { type: sleep }',
      '  call: { type: http, input: { url: ftp://x, methd: GET } }',
      '  list: { type: mine, concurrency: 0, dependson: [nap] }',
      '  undone: { type: mine, compensate: { none: "" } }',
    ].join('\n');
    const found = await server.open('drafts/wrong.yaml', text);
    const lines = new Set(found.map((each) => Number(each.split(':')[0])));
    expect([...lines].sort((a, b) => a - b)).toEqual([2, 3, 5, 6, 7, 8]);
    expect(found.join('\n')).toContain('Property dependson is not allowed');
    expect(found.join('\n')).toContain('Missing property "input"');
  });

  it('offers the keys of a definition, and those of a task', async () => {
    expect(await offered('orrery: v1\n|')).toEqual(expect.arrayContaining(['name', 'tasks', 'onFailure', 'output']));
    const task = await offered('orrery: v1\nname: x\ntasks:\n  a:\n    type: mine\n    |');
    expect(task).toEqual(expect.arrayContaining(['dependsOn', 'forEach', 'when', 'compensate', 'retry', 'timeouts']));
    expect(task).not.toContain('tasks');
  });

  it('offers task types, and what each of them takes', async () => {
    const inTask = (text: string) => offered(`orrery: v1\nname: x\ntasks:\n  a:\n    ${text}`);
    expect(await inTask('type: |')).toEqual(expect.arrayContaining(['noop', 'sleep', 'wait', 'workflow', 'http']));
    expect(await inTask('type: http\n    input:\n      |')).toEqual(
      expect.arrayContaining(['url', 'method', 'okStatus']),
    );
    const wait = await inTask('type: wait\n    input:\n      |');
    expect(wait).toEqual(expect.arrayContaining(['signal', 'timeout', 'schema']));
    expect(wait).not.toContain('url');
    const jitter = await inTask('type: mine\n    retry:\n      backoff:\n        jitter: |');
    expect(jitter).toEqual(expect.arrayContaining(['equal', 'full', 'none']));
  });

  it('tells what a key means', async () => {
    const { path, position } = await draft('orrery: v1\nname: x\ntasks:\n  a:\n    type: mine\n    forE|ach: [1]\n');
    expect(await server.hover(path, position)).toContain('One task for each item');
  });

  it('takes the schema that a file names, too', async () => {
    const text = '# yaml-language-server: $schema=../schemas/definition.schema.json\norrery: v2\nname: x\ntasks: {}\n';
    expect(await server.open('elsewhere/named.yaml', text)).toEqual([expect.stringContaining('2: ')]);
  });
});
