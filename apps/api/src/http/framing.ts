import type { Socket } from 'node:net';
import { EdgeError, API_LIMITS, type ProblemCode, problemOf } from '@orrery/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refusalOf, statusOf } from './problem.js';

const REQUEST_ID = /^[A-Za-z0-9._~:/+=-]{1,128}$/;

/** Ids for requests that bring none: who made them, and the how manyth it is. */
export function requestIds(
  prefix: string,
): (request: { readonly headers: { readonly [name: string]: unknown } }) => string {
  let count = 0;
  return ({ headers }) => {
    const given = headers['x-request-id'];
    return typeof given === 'string' && REQUEST_ID.test(given) ? given : `${prefix}-${(++count).toString(36)}`;
  };
}

/** Refuses what Node lets through, though two servers on the way might read it as two things. */
export function checkFraming({ raw }: FastifyRequest): void {
  if (raw.url!.length > API_LIMITS.urlBytes) {
    throw new EdgeError('request.url-too-long', `the URL is longer than ${API_LIMITS.urlBytes} bytes (urlBytes)`);
  }
  const { rawHeaders } = raw;
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  if (hosts > 1) throw new EdgeError('request.malformed', 'there is more than one Host header');
  if (hosts === 0 && raw.httpVersion === '1.1') throw new EdgeError('request.malformed', 'there is no Host header');
  if (raw.httpVersionMajor === 0) throw new EdgeError('request.malformed', 'the request line has no version');
}

/** What every answer carries, refusals too. */
export function setCommonHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id);
  reply.header('x-content-type-options', 'nosniff');
  reply.header('cache-control', 'no-store');
}

/** The path without its query, in which something private may stand. */
export function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

/** Answers what was no HTTP at all, and ends the connection: what follows on it cannot be trusted. */
export function answerClientError(newId: () => string) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
    const isLarge = error.code === 'HPE_HEADER_OVERFLOW';
    const [code, message]: [ProblemCode, string] = isLarge
      ? ['request.headers-too-large', `the headers are larger than ${API_LIMITS.headersBytes} bytes (headersBytes)`]
      : ['request.malformed', 'this is not a proper HTTP message'];
    const refusal = refusalOf(new EdgeError(code, message));
    const id = newId();
    const body = JSON.stringify(problemOf(refusal, { id, path: '' }));
    const lines = [
      `HTTP/1.1 ${statusOf(refusal)} ${isLarge ? 'Request Header Fields Too Large' : 'Bad Request'}`,
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${id}`,
      'Connection: close',
    ];
    socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
  };
}
