import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { type RequestListener, type Server, createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import getPort from 'get-port';
import { root } from '../../docs/support/documents.js';
import { Standalone, build, dataDirectory, endPrograms } from '../../e2e/support/standalone.js';
import { spawned } from '../support/spawned.js';
import { FILES } from './files.js';
import { MISTAKES, type Mistake } from './mistakes.js';

const A_WHILE_MS = 120_000;
const PAGE = join(root, 'docs/cli-mistakes.md');
const COMPLETED = '5eed0020-0000-4000-8000-000000000001';
const LONG = '5eed0020-0000-4000-8000-000000000002';
const DOOR = '5eed0020-0000-4000-8000-000000000003';

const NAP = { orrery: 'v1', name: 'nap', tasks: { nap: { type: 'noop' } } };
const SLEEP = { orrery: 'v1', name: 'long', tasks: { nap: { type: 'sleep', input: { duration: '1h' } } } };
const WAIT = { orrery: 'v1', name: 'door', tasks: { open: { type: 'wait', input: { signal: 'knock' } } } };

let standalone: Standalone;
let folder: string;
let stranger: Server;
let other: Server;
let nobody: string;

/** What answers like a server, and is another one. */
async function answering(listener: RequestListener): Promise<Server> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const ok = { status: 'ok' };
const otherVersion: RequestListener = ({ url = '' }, response) => {
  const health = { ...ok, version: '9.9.9', timestamp: new Date().toISOString(), checks: { database: ok }, items: [] };
  response
    .setHeader('content-type', 'application/json')
    .end(JSON.stringify(url.endsWith('/health') ? health : { items: [] }));
};

beforeAll(async () => {
  build('cli', 'standalone');
  folder = await mkdtemp(join(await realpath(tmpdir()), 'orrery-cli-'));
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  stranger = await answering((_request, response) => response.writeHead(404).end('<html>Not here</html>'));
  other = await answering(otherVersion);
  nobody = `http://127.0.0.1:${await getPort()}`;
  standalone = new Standalone(await dataDirectory(), await getPort());
  await standalone.greeted();
  await standalone.post('/workflows', { id: COMPLETED, definition: NAP });
  await standalone.result(COMPLETED);
  await standalone.post('/workflows', { id: LONG, definition: SLEEP });
  await standalone.post('/definitions', WAIT);
  await standalone.post('/workflows', { id: DOOR, definition: 'door' });
}, A_WHILE_MS);

afterAll(async () => {
  for (const server of [stranger, other]) server.close();
  await endPrograms();
  await rm(folder, { recursive: true });
}, A_WHILE_MS);

/** The words as they are really given. */
const wordsOf = ({ typed }: Mistake) =>
  typed
    .split(' ')
    .slice(1)
    .map(
      (word) =>
        ({
          COMPLETED,
          LONG,
          DOOR,
          STRANGER: urlOf(stranger),
          OTHER: urlOf(other),
          NOBODY: nobody,
          PAGE: `${standalone.url}/docs`,
          TAKEN: `${standalone.port}`,
        })[word] ?? word,
    );

/** What differs from machine to machine, and from time to time, replaced by what a reader can understand. */
const settled = (text: string) =>
  text
    .replaceAll(standalone.url, 'http://127.0.0.1:8000')
    .replaceAll(urlOf(stranger), 'http://127.0.0.1:8080')
    .replaceAll(urlOf(other), 'http://127.0.0.1:8000')
    .replaceAll(nobody, 'http://127.0.0.1:8000')
    .replaceAll(`ort ${standalone.port} `, 'ort 8000 ')
    .replaceAll(`--port ${standalone.port + 1}`, '--port 8001')
    .replaceAll(/answers, in \d+ ms/g, 'answers, in 12 ms')
    .replace(/^\w+ +node .*\n( .*\n)?/m, 'ok    node      Node 24.0.0\n');

const shown = ({ typed }: Mistake) =>
  typed
    .replaceAll('COMPLETED', COMPLETED)
    .replaceAll('LONG', LONG)
    .replaceAll('DOOR', DOOR)
    .replaceAll('STRANGER', 'http://127.0.0.1:8080')
    .replaceAll('OTHER', 'http://127.0.0.1:8000')
    .replaceAll('PAGE', 'http://127.0.0.1:8000/docs')
    .replaceAll(' --url NOBODY', '')
    .replaceAll('TAKEN', '8000')
    .replace(/--input (\{.*\})$/, (all, json: string) => (json.includes('"') ? `--input '${json}'` : all));

async function answered(mistake: Mistake): Promise<string> {
  const { code, out, err } = await spawned(wordsOf(mistake), { cwd: folder, env: { ORRERY_URL: standalone.url } });
  expect({ typed: mistake.typed, code }).toEqual({ typed: mistake.typed, code: mistake.code });
  return `$ ${shown(mistake)}\n${settled(out + err).trimEnd()}\n`;
}

const HEAD = `# What the command line says to a mistake

Each of these is typed by a test, and this page is what it was answered: what is wrong, where, why, and how to mend it. An
error is on standard error; standard output stays empty, unless part of what was wanted could be done.
`;

async function rendered(): Promise<string> {
  const parts = [HEAD];
  for (const [about, mistakes] of Object.entries(MISTAKES)) {
    parts.push(`## ${about}\n`);
    for (const mistake of mistakes) {
      const { what, code } = mistake;
      parts.push(
        `${what[0]!.toUpperCase()}${what.slice(1)}: exit code ${code}.\n`,
        `\`\`\`text mistake\n${await answered(mistake)}\`\`\`\n`,
      );
    }
  }
  return parts.join('\n');
}

describe('The mistakes that people make', () => {
  it(
    'are answered as docs/cli-mistakes.md has it; ORRERY_WRITE=1 writes it anew, for a person to read',
    async () => {
      const page = await rendered();
      if (process.env['ORRERY_WRITE']) writeFileSync(PAGE, page);
      expect(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '').toBe(page);
      expect(Object.values(MISTAKES).flat().length).toBeGreaterThanOrEqual(30);
    },
    A_WHILE_MS,
  );
});
