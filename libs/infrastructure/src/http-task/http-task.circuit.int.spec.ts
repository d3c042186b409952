import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type HttpTask, httpTask } from './http-task.js';
import { attempt, resolverOf, startServer } from './http-task.harness.js';

type Answer = Parameters<typeof startServer>[0];
const status =
  (code: number): Answer =>
  (_, response) =>
    response.writeHead(code).end();

let server: Awaited<ReturnType<typeof startServer>>;
let http: HttpTask;
let answer: Answer;
let now: number;

beforeEach(async () => {
  now = 0;
  server = await startServer((request, response) => answer(request, response));
  http = httpTask({
    allow: '127.0.0.1',
    resolve: resolverOf({ 'host.test': ['127.0.0.1'] }).resolve,
    circuit: { pauseMs: 30_000, now: () => now, random: () => 0 },
  });
});

afterEach(async () => {
  await http.close();
  await server.close();
});

type Call = { input?: object; task?: NonNullable<Parameters<typeof attempt>[2]> };

async function call({ input, task }: Call = {}): Promise<string | undefined> {
  const { output, code } = await attempt(http.handler, { url: `http://host.test:${server.port}/`, ...input }, task);
  return output ? 'answered' : code;
}

async function calls(times: number, options?: Call) {
  const outcomes: (string | undefined)[] = [];
  for (let i = 0; i < times; i++) outcomes.push(await call(options));
  return outcomes;
}

describe('An http task whose server failed five times in a row', () => {
  it('fails without a call, until one is let through after the pause', async () => {
    answer = status(503);
    expect(await calls(6)).toEqual([...Array<string>(5).fill('http.status'), 'http.circuit-open']);
    const origin = `http://host.test:${server.port}`;
    expect(await attempt(http.handler, { url: `${origin}/?key=secret` })).toEqual({
      code: 'http.circuit-open',
      message: `${origin} is not called for 30 s: its last 5 calls failed`,
      retryAfterMs: 30_000,
    });
    expect(server.seen).toHaveLength(5);

    now += 30_000;
    expect(await calls(2)).toEqual(['http.status', 'http.circuit-open']);
    expect(server.seen).toHaveLength(6);

    now += 30_000;
    answer = status(200);
    expect(await calls(3)).toEqual(['answered', 'answered', 'answered']);
  });

  it('may have been led there by another', async () => {
    answer = status(500);
    await calls(5);
    const pointing = await startServer((_, response) =>
      response.writeHead(302, { location: `http://host.test:${server.port}/` }).end(),
    );
    const input = { url: `http://host.test:${pointing.port}/` };
    expect(await calls(6, { input })).toEqual(Array<string>(6).fill('http.circuit-open'));
    expect(pointing.seen).toHaveLength(6);
    await pointing.close();
  });
});

describe('What counts as a failure of a server', () => {
  const silent: Answer = () => undefined;
  const stuck: Answer = (_, response) => response.writeHead(200).write('never all of it');
  const cut: Answer = (_, response) => response.destroy();
  const inTime = () => ({ task: { deadline: Date.now() + 30 } });

  it.each<[string, Answer]>([
    ['no answer in time', silent],
    ['an answer that does not end in time', stuck],
  ])('%s', async (_, given) => {
    answer = given;
    for (let i = 0; i < 5; i++) expect(await call(inTime())).toBe('http.timed-out');
    expect(await call(inTime())).toBe('http.circuit-open');
  });

  it('a connection that ends', async () => {
    answer = cut;
    expect((await calls(6)).at(-1)).toBe('http.circuit-open');
  });

  it('a name that nobody has', async () => {
    const input = { url: 'http://unknown.test/' };
    expect((await calls(6, { input })).slice(-2)).toEqual(['http.unreachable', 'http.circuit-open']);
  });

  it.each<[string, Answer, Call, string]>([
    ['a 4xx', status(404), {}, 'http.status'],
    ['a 5xx that the task wants', status(503), { input: { okStatus: [503] } }, 'answered'],
    [
      'a redirect to where nobody goes',
      (_, to) => to.writeHead(302, { location: 'ftp://x/' }).end(),
      {},
      'http.refused-redirect',
    ],
    ['an address that may not be called', silent, { input: { url: 'http://10.0.0.1/' } }, 'http.refused-address'],
  ])('but not %s', async (_, given, options, outcome) => {
    answer = given;
    expect(await calls(7, options)).toEqual(Array<string>(7).fill(outcome));
  });

  it('nor an attempt that is called off', async () => {
    let calledOff: AbortController;
    answer = () => calledOff.abort();
    for (let i = 0; i < 7; i++) {
      calledOff = new AbortController();
      expect(await call({ task: { signal: calledOff.signal } })).toBe('http.timed-out');
    }
    expect(server.seen).toHaveLength(7);
  });
});
