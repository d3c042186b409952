import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestApi, openTestApi } from '../testing/test-api.js';

let api: TestApi;
let port: number;
beforeAll(async () => {
  api = await openTestApi();
  port = Number(new URL(await api.api.listen()).port);
});
afterAll(() => api.close());

/** What comes back for these bytes, until the server ends the connection or has answered. */
async function send(text: string): Promise<{ status: number; head: string; body: string }> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(Buffer.from(text, 'latin1'));
  await once(socket, 'close');
  const answer = Buffer.concat(chunks).toString();
  const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
  return { status: Number(head.split(' ')[1]), head, body };
}

const lines = (...each: string[]) => `${each.join('\r\n')}\r\n\r\n`;
const get = (...headers: string[]) => lines('GET /api/v1/limits HTTP/1.1', 'Connection: close', ...headers);
const post = (...headers: string[]) =>
  lines(
    'POST /api/v1/workflows HTTP/1.1',
    'Host: a',
    'Connection: close',
    'Content-Type: application/json',
    ...headers,
  );

const MALFORMED: readonly (readonly [name: string, message: string])[] = [
  ['two Host headers', get('Host: a', 'Host: b')],
  ['two Host headers of one name', get('Host: a', 'HOST: a')],
  ['no Host header', get()],
  ['Content-Length and Transfer-Encoding', `${post('Content-Length: 3', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
  ['Transfer-Encoding and Content-Length', `${post('Transfer-Encoding: chunked', 'Content-Length: 3')}0\r\n\r\n`],
  ['two Content-Lengths', `${post('Content-Length: 2', 'Content-Length: 3')}{}}`],
  ['two equal Content-Lengths', `${post('Content-Length: 2', 'Content-Length: 2')}{}`],
  ['a Content-Length list', `${post('Content-Length: 2, 3')}{}}`],
  ['a Content-Length with a sign', `${post('Content-Length: +2')}{}`],
  ['a Content-Length that is hex', `${post('Content-Length: 0x2')}{}`],
  ['a negative Content-Length', `${post('Content-Length: -1')}{}`],
  ['a space before the colon', `${post('Transfer-Encoding : chunked')}0\r\n\r\n`],
  ['a Transfer-Encoding that is none', `${post('Transfer-Encoding: xchunked')}0\r\n\r\n`],
  ['chunked that is not last', `${post('Transfer-Encoding: chunked, identity')}0\r\n\r\n`],
  ['a chunk size that is none', `${post('Transfer-Encoding: chunked')}x\r\n{}\r\n0\r\n\r\n`],
  ['a chunk size with a sign', `${post('Transfer-Encoding: chunked')}+2\r\n{}\r\n0\r\n\r\n`],
  ['a chunk extension with a line feed', `${post('Transfer-Encoding: chunked')}2;a\nb\r\n{}\r\n0\r\n\r\n`],
  ['a chunk longer than it says', `${post('Transfer-Encoding: chunked')}1\r\n{}\r\n0\r\n\r\n`],
  ['a folded header', get('Host: a', 'X-Folded: a\r\n b: c\r\n d')],
  ['a NUL in a header', get('Host: a', 'X-Nul: a\0b')],
  ['a carriage return in a header', get('Host: a', 'X-Return: a\rb')],
  ['a header without a colon', get('Host: a', 'Nonsense')],
  ['an empty header name', get('Host: a', ': x')],
  ['a space in a header name', get('Host: a', 'A B: x')],
  ['a line feed alone in the request line', 'GET /api/v1/limits HTTP/1.1\nHost: a\n\n'.replace('\n', '\r\r\n')],
  ['no version', lines('GET /api/v1/limits', 'Host: a')],
  ['a version that is none', lines('GET /api/v1/limits HTTP/9.9', 'Host: a')],
  ['a method that is none', lines('G@T /api/v1/limits HTTP/1.1', 'Host: a')],
  ['another protocol', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['nothing that makes sense', 'hello, is anybody there?\r\n\r\n'],
];

describe('A message', () => {
  it.each(MALFORMED)('with %s is refused, and ends the connection', async (_, message) => {
    const { status, head, body } = await send(message);
    expect(status).toBe(400);
    expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(head.toLowerCase()).toContain('connection: close');
    expect(JSON.parse(body)).toMatchObject({ code: 'request.malformed', error: { code: 'VALIDATION_ERROR' } });
  });

  it('with headers that are too large is refused', async () => {
    const { status, body } = await send(get('Host: a', `X-Large: ${'x'.repeat(20_000)}`));
    expect([status, JSON.parse(body).code]).toEqual([431, 'request.headers-too-large']);
  });

  it('with a URL that is too long is refused', async () => {
    const { status, body } = await send(
      lines(`GET /api/v1/workflows?cursor=${'x'.repeat(8_200)} HTTP/1.1`, 'Host: a', 'Connection: close'),
    );
    expect([status, JSON.parse(body).code]).toEqual([414, 'request.url-too-long']);
  });

  it.each([
    '/../../etc/passwd',
    '/api/v1/definitions/..%2f..%2fetc',
    '/api/v1/workflows/%00',
    '/api/v1//limits',
    '/docs/..%2f..%2fpackage.json',
    '/docs/%2e%2e/%2e%2e/package.json',
    '/api/v1/workflows/..;/x',
    '\\api\\v1\\limits',
    'http://other/api/v1/nothing',
    '*',
  ])('to %s reaches nothing', async (target) => {
    const { status } = await send(lines(`GET ${target} HTTP/1.1`, 'Host: a', 'Connection: close'));
    expect([400, 404]).toContain(status);
  });

  it('that is proper is answered, pipelined too', async () => {
    const one = lines('GET /api/v1/livez HTTP/1.1', 'Host: a');
    const { body } = await send(one + get('Host: a'));
    expect(body).toContain('{"status":"ok"}');
    const chunked = await send(`${post('Transfer-Encoding: chunked')}2\r\n{}\r\n0\r\n\r\n`);
    expect(JSON.parse(chunked.body.replace(/^[0-9a-f]+\r\n/, '')).code).toBe('request.invalid');
  });

  it('that breaks off harms nobody', async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`${post('Content-Length: 1000')}{"defin`);
    socket.resetAndDestroy();
    await once(socket, 'close');
    expect((await send(get('Host: a'))).status).toBe(200);
  });
});
