import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HttpTask, httpTask } from './http-task.js';
import { attempt, resolverOf, startServer } from './http-task.harness.js';

const limit = 1_048_576;
const answers: Record<string, Parameters<typeof startServer>[0]> = {
  '/json': (_, response) => response.setHeader('content-type', 'application/json; charset=utf-8').end('{"n":1}'),
  '/not-json': (_, response) => response.setHeader('content-type', 'application/json').end('{"n":'),
  '/deep': (_, response) =>
    response.setHeader('content-type', 'application/problem+json').end('['.repeat(90_000) + ']'.repeat(90_000)),
  '/text': (_, response) => response.setHeader('content-type', 'text/plain').end('hello'),
  '/bytes': (_, response) => response.setHeader('content-type', 'image/png').end(Buffer.from([0, 255])),
  '/nothing': (_, response) => response.writeHead(204).end(),
  '/cookies': (_, response) => response.setHeader('set-cookie', ['a=1', 'b=2']).end(),
  '/gzip': (_, response) =>
    response.setHeader('content-type', 'text/plain').setHeader('content-encoding', 'gzip').end(gzipSync('hello')),
  '/bomb': (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(50 * limit))),
  '/odd': (_, response) => response.setHeader('content-encoding', 'rot13').end('uryyb'),
  '/broken-gzip': (_, response) => response.setHeader('content-encoding', 'gzip').end('hello'),
  '/at-limit': (_, response) => response.setHeader('content-type', 'text/plain').end('x'.repeat(limit)),
  '/over-limit': (_, response) => response.setHeader('content-type', 'text/plain').end('x'.repeat(limit + 1)),
  '/endless': (_, response) => {
    const write = () => response.write('x'.repeat(65_536), (error) => error ?? setImmediate(write));
    write();
  },
  '/silent': () => undefined,
  '/cut': (_, response) => response.destroy(),
  '/echo': (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, headers } = request;
      const body = Buffer.concat(chunks).toString();
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ method, headers, body }));
    });
  },
};

let server: Awaited<ReturnType<typeof startServer>>;
let http: HttpTask;
let at: (path: string) => string;

beforeAll(async () => {
  server = await startServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://host.test');
    const status = /^\/status\/(\d+)$/.exec(pathname)?.[1];
    if (!status) return answers[pathname]!(request, response);
    response.statusCode = Number(status);
    for (const [name, value] of searchParams) response.setHeader(name, value);
    return response.end('because of  the\nmoon');
  });
  http = httpTask({ allow: `host.test:${server.port}`, resolve: resolverOf({ 'host.test': ['127.0.0.1'] }).resolve });
  at = (path) => `http://host.test:${server.port}${path}`;
});

afterAll(async () => {
  await http.close();
  await server.close();
});

const call = (path: string, more: object = {}) => attempt(http.handler, { url: at(path), ...more });

describe('The answer of an http task', () => {
  it.each([
    ['/json', { n: 1 }],
    ['/not-json', '{"n":'],
    ['/text', 'hello'],
    ['/bytes', 'AP8='],
    ['/gzip', 'hello'],
  ])('%s', async (path, body) => {
    expect((await call(path)).output).toMatchObject({ status: 200, body });
  });

  it('may be empty', async () => {
    expect((await call('/nothing')).output).toMatchObject({ status: 204, body: null });
    expect((await call('/at-limit', { method: 'head' })).output).toMatchObject({ status: 200, body: null });
  });

  it('has its headers in lower case, each one line', async () => {
    expect((await call('/cookies')).output).toMatchObject({ headers: { 'set-cookie': 'a=1, b=2' } });
  });

  it('may be as large as an output may be, and no larger', async () => {
    const { output } = await call('/at-limit');
    expect((output as { body: string }).body.length).toBe(limit);
    for (const path of ['/over-limit', '/endless', '/bomb']) {
      expect(await call(path)).toMatchObject({ code: 'http.too-large', retryable: false });
    }
  });

  it.each(['/deep', '/odd', '/broken-gzip'])('fails for good where it cannot be read: %s', async (path) => {
    expect(await call(path)).toMatchObject({ code: 'http.invalid-response', retryable: false });
  });

  it.each([
    [400, false],
    [404, false],
    [408, true],
    [425, true],
    [429, true],
    [500, true],
    [503, true],
    [304, false],
  ])('with status %d fails, and is worth a retry: %s', async (status, retryable) => {
    const said = status === 304 ? '' : ': because of the moon';
    const message = `GET ${at('/status/')}${status} answered ${status}${said}`;
    expect(await call(`/status/${status}?key=secret`)).toEqual({ code: 'http.status', message, retryable });
  });

  it('counts as success with the statuses that the task names', async () => {
    expect((await call('/status/404', { okStatus: [200, 404] })).output).toMatchObject({ status: 404 });
    expect(await call('/text', { okStatus: [201] })).toMatchObject({ code: 'http.status', retryable: false });
  });

  it('may ask for patience', async () => {
    expect(await call('/status/503?retry-after=7')).toMatchObject({ retryable: true, retryAfterMs: 7_000 });
    expect(await call('/status/429?retry-after=99999999')).toMatchObject({ retryAfterMs: 86_400_000 });
    const at5s = await call(
      `/status/503?retry-after=${encodeURIComponent(new Date(Date.now() + 5_000).toUTCString())}`,
    );
    expect(at5s.retryAfterMs).toBeGreaterThan(2_000);
    expect(at5s.retryAfterMs).toBeLessThanOrEqual(5_000);
    expect(await call('/status/503?retry-after=soon')).not.toHaveProperty('retryAfterMs');
    expect(await call('/status/404?retry-after=7')).not.toHaveProperty('retryAfterMs');
  });
});

describe('The request of an http task', () => {
  const echo = async (more: object, task = {}) => {
    const { output } = await attempt(http.handler, { url: at('/echo'), ...more }, task);
    return (output as { body: { method: string; headers: Record<string, string>; body: string } }).body;
  };

  it('sends JSON as JSON, and text as it is', async () => {
    const sent = await echo({ method: 'post', body: { a: [1] }, headers: { 'X-One': 'two' } });
    expect(sent).toMatchObject({ method: 'POST', body: '{"a":[1]}' });
    expect(sent.headers).toMatchObject({ 'content-type': 'application/json', 'x-one': 'two' });
    expect(await echo({ method: 'PUT', body: 'a=1', headers: { 'Content-Type': 'text/plain' } })).toMatchObject({
      body: 'a=1',
      headers: { 'content-type': 'text/plain' },
    });
  });

  it('names its task in a write, so that the effect can be made idempotent', async () => {
    const key = '0190b0a0-0000-7000-8000-000000000000~0';
    expect((await echo({ method: 'POST' })).headers).toMatchObject({ 'idempotency-key': key });
    expect((await echo({ method: 'POST', headers: { 'Idempotency-Key': 'mine' } })).headers).toMatchObject({
      'idempotency-key': 'mine',
    });
    expect((await echo({})).headers).not.toHaveProperty('idempotency-key');
  });

  it('carries the trace of its run', async () => {
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect((await echo({}, { trace })).headers).toMatchObject({ traceparent: trace });
  });

  it.each([
    [null],
    ['http://host.test/'],
    [{}],
    [{ url: 7 }],
    [{ url: 'http://host.test/', okStatus: [] }],
    [{ url: 'http://host.test/', okStatus: [999] }],
    [{ url: 'http://host.test/', okStatus: ['200'] }],
    [{ url: 'http://host.test/', method: 'TRACE' }],
    [{ url: 'http://host.test/', method: 'GET / HTTP/1.1\r\nx:' }],
    [{ url: 'http://host.test/', body: 'x' }],
    [{ url: 'http://host.test/', headers: { a: 1 } }],
    [{ url: 'http://host.test/', headers: { 'a b': 'c' } }],
    [{ url: 'http://host.test/', headers: { a: 'b\r\nc: d' } }],
    [{ url: 'http://host.test/', headers: { a: 'b\u0000' } }],
    [{ url: 'http://host.test/', headers: { Host: 'other.test' } }],
    [{ url: 'http://host.test/', headers: { 'Transfer-Encoding': 'chunked' } }],
    [{ url: 'http://host.test/', headers: { 'content-length': '5' } }],
    [{ url: 'http://host.test/', timeout: 5 }],
  ])('is refused for %j', async (input) => {
    expect(await attempt(http.handler, input)).toMatchObject({ code: 'http.invalid-input', retryable: false });
  });
});

describe('An http task that gets no answer', () => {
  it('ends at its deadline', async () => {
    const outcome = await attempt(http.handler, { url: at('/silent') }, { deadline: Date.now() + 50 });
    expect(outcome).toEqual({ code: 'http.timed-out', message: `GET ${at('/silent')} did not answer in time` });
  });

  it('ends when its attempt no longer counts', async () => {
    const ending = new AbortController();
    const outcome = attempt(http.handler, { url: at('/silent') }, { signal: ending.signal });
    ending.abort();
    expect(await outcome).toMatchObject({ code: 'http.timed-out' });
  });

  it('shows that it is alive, while it waits', async () => {
    let beats = 0;
    const heartbeat = () => {
      beats += 1;
      throw new Error('the attempt is no longer ours');
    };
    await attempt(http.handler, { url: at('/silent') }, { deadline: Date.now() + 80, heartbeatMs: 20, heartbeat });
    expect(beats).toBeGreaterThanOrEqual(2);
  });

  it('may be tried again', async () => {
    expect(await call('/cut')).toMatchObject({ code: 'http.unreachable' });
    const nowhere = await attempt(http.handler, { url: 'http://unknown.test/?key=secret' });
    expect(nowhere).toEqual({
      code: 'http.unreachable',
      message: 'GET http://unknown.test/ failed: getaddrinfo ENOTFOUND unknown.test',
    });
  });
});
