import { describe, expect, it } from '@jest/globals';
import { OrreryProblem, OrreryUnreachable } from '../errors.js';
import { type ConnectionOptions, HttpConnection } from './http-connection.js';

type Reply = Response | Error;
interface Asked {
  readonly url: string;
  readonly init: RequestInit;
}

const PROBLEM = { type: '/p', title: 'No', detail: 'no', instance: '/', requestId: 'r-1', code: 'some.code' };
const problem = (status: number, retryable: boolean, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ ...PROBLEM, status, retryable, error: { details: { limit: 'depth' } } }), {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  });
const fine = (body: unknown = {}, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { headers });
const broken = (code: string) => new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });

/** A connection to a server that answers so, one after the other. */
function connect(replies: readonly Reply[], options: ConnectionOptions = {}) {
  const asked: Asked[] = [];
  const http = new HttpConnection({
    url: 'http://orrery.example/',
    fetch: async (url, init) => {
      asked.push({ url: String(url), init: init! });
      const reply = replies[asked.length - 1] ?? new Error('nobody asked for so much');
      if (reply instanceof Error) throw reply;
      return reply;
    },
    ...options,
  });
  return { http, asked };
}
const get = { method: 'GET', path: '/things' } as const;
const post = { method: 'POST', path: '/things', body: { a: 1 } } as const;

describe('A request', () => {
  it('is written as the server wants it', async () => {
    const { http, asked } = connect([fine(), fine()], { headers: { authorization: 'me' } });
    await http.send({
      ...get,
      query: { status: ['a', 'b'], limit: 2, q: undefined },
      repeated: { label: ['x:1', 'y'] },
    });
    await http.send({ ...post, headers: { 'idempotency-key': 'k', 'if-match': undefined } });
    expect(asked.map(({ url }) => url)).toEqual([
      'http://orrery.example/api/v1/things?status=a%2Cb&limit=2&label=x%3A1&label=y',
      'http://orrery.example/api/v1/things',
    ]);
    expect(Object.fromEntries(asked[1]!.init.headers as [string, string][])).toEqual({
      'content-type': 'application/json',
      authorization: 'me',
      'idempotency-key': 'k',
    });
    expect(asked[1]!.init.body).toBe('{"a":1}');
  });

  it('sends a text as JSON, unless it is YAML', async () => {
    const { http, asked } = connect([fine(), fine()]);
    await http.send({ ...post, body: 'a: 1', isYaml: true });
    expect(asked[0]!.init).toMatchObject({ body: 'a: 1', headers: [['content-type', 'application/yaml']] });
    await http.send({ ...post, body: 'yes' });
    expect(asked[1]!.init).toMatchObject({ body: '"yes"', headers: [['content-type', 'application/json']] });
  });

  it('gives the answer, and remembers where the newest write stands', async () => {
    const { http } = connect([fine({ a: 1 }, { 'orrery-position': 'p-1' }), fine({ a: 2 })]);
    expect(await http.send(post)).toEqual({ a: 1 });
    await http.send(get);
    expect(http.position).toBe('p-1');
  });
});

describe('A request that is refused', () => {
  it('fails with the problem', async () => {
    const { http, asked } = connect([problem(409, false)]);
    const error = await http.send(get).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OrreryProblem);
    expect(error).toMatchObject({
      message: 'some.code: no',
      code: 'some.code',
      status: 409,
      requestId: 'r-1',
      details: { limit: 'depth' },
      errors: [],
    });
    expect(asked).toHaveLength(1);
  });

  it('by somebody on the way, says so', async () => {
    const { http } = connect([new Response('<html>', { status: 404, statusText: 'Not Found' })]);
    const expected = { code: 'http.unexpected', status: 404, detail: expect.stringMatching('404 Not Found: <html>') };
    await expect(http.send(get)).rejects.toMatchObject(expected);
  });

  it('with a status that is an answer here, is answered', async () => {
    const { http } = connect([new Response('{"status":"unhealthy"}', { status: 503 })]);
    expect(await http.exchange({ ...get, answers: [503] })).toEqual({ status: 503, body: { status: 'unhealthy' } });
  });
});

describe('A request is tried again', () => {
  const gone = broken('UND_ERR_SOCKET');

  it.each<[string, Reply]>([
    ['when it reads, and the connection broke', gone],
    ['when it reads, and the server cannot answer just now', problem(503, true)],
    ['when it reads, and a gateway found no server', new Response('', { status: 502 })],
  ])('%s', async (_title, reply) => {
    const { http, asked } = connect([reply, fine({ a: 1 })]);
    expect(await http.send(get)).toEqual({ a: 1 });
    expect(asked).toHaveLength(2);
  });

  it('when it writes, and may be repeated', async () => {
    const { http } = connect([gone, problem(503, true), fine({ a: 1 })]);
    expect(await http.send({ ...post, repeatable: true })).toEqual({ a: 1 });
  });

  it('when it writes, and certainly never left', async () => {
    const { http } = connect([broken('ECONNREFUSED'), problem(429, false), fine({ a: 1 })]);
    expect(await http.send(post)).toEqual({ a: 1 });
  });

  it('for so long from when it failed, however long it waited before', async () => {
    const replies = [broken('UND_ERR_SOCKET'), fine({ a: 1 })];
    // The first answer is as slow as that of a long poll.
    const slow: typeof fetch = (_url, _init) =>
      new Promise((resolve, reject) => {
        const reply = replies.shift()!;
        if (reply instanceof Error) setTimeout(() => reject(reply), 150);
        else resolve(reply);
      });
    const { http } = connect([], { fetch: slow, retryForMs: 100 });
    expect(await http.send(get)).toEqual({ a: 1 });
  });

  it('no longer than all of it may take', async () => {
    const { http, asked } = connect([broken('UND_ERR_SOCKET'), fine()]);
    await expect(http.send({ ...get, withinMs: 10 })).rejects.toThrow(OrreryUnreachable);
    expect(asked).toHaveLength(1);
  });

  it('no sooner than the server asks for', async () => {
    const { http } = connect([problem(503, true, { 'retry-after': '60' }), fine()]);
    await expect(http.send(get)).rejects.toMatchObject({ status: 503, retryAfterMs: 60_000 });
  });
});

describe('A request is not tried again', () => {
  it.each<[string, Reply]>([
    ['the connection broke', broken('UND_ERR_SOCKET')],
    ['the server cannot write just now', problem(503, true)],
  ])('when it writes, might have happened, and %s', async (_title, reply) => {
    const { http, asked } = connect([reply]);
    await expect(http.send(post)).rejects.toThrow();
    expect(asked).toHaveLength(1);
  });

  it('when nobody wants that', async () => {
    const { http, asked } = connect([broken('ECONNREFUSED')], { retryForMs: 0 });
    const error = await http.send(get).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OrreryUnreachable);
    expect(error).toMatchObject({
      message: 'no answer from http://orrery.example: ECONNREFUSED',
      reason: 'ECONNREFUSED',
      url: 'http://orrery.example',
    });
    expect(asked).toHaveLength(1);
  });

  it('when it is broken off, also in a pause', async () => {
    const stop = new AbortController();
    const { http } = connect([problem(503, true, { 'retry-after': '4' })]);
    const sending = http.send({ ...get, signal: stop.signal });
    setImmediate(() => stop.abort(new Error('enough')));
    await expect(sending).rejects.toThrow('enough');
    await expect(http.send({ ...get, signal: stop.signal })).rejects.toThrow('enough');
  });
});

describe('An answer that takes too long', () => {
  const never: typeof fetch = (_url, init) =>
    new Promise((_resolve, reject) =>
      init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason as Error)),
    );

  it('is no answer', async () => {
    const { http } = connect([], { fetch: never, timeoutMs: 10, retryForMs: 0 });
    await expect(http.send(get)).rejects.toMatchObject({ name: 'OrreryUnreachable', reason: 'TIMEOUT' });
  });

  it('is waited for where no time is too long', async () => {
    const late: typeof fetch = (_url, init) =>
      new Promise((resolve, reject) => {
        init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason as Error));
        setTimeout(() => resolve(fine({ a: 1 })), 50);
      });
    const { http } = connect([], { fetch: late, timeoutMs: Number.POSITIVE_INFINITY, retryForMs: 0 });
    expect(await http.send(get)).toEqual({ a: 1 });
  });
});
