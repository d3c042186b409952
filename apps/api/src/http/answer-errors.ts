import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EdgeError, problemOf } from '@orrery/contract';
import { LIMITS, TooLarge } from '@orrery/domain';
import type { BodyLimit, RouteSpec } from '../contract/route.js';
import type { Bugs } from './bugs.js';
import { pathOf } from './framing.js';
import { urlsOf } from './mount.js';
import { statusOf } from './problem.js';

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Every refusal and every bug leaves as a problem; what a bug was stays in the log. */
export function answerErrors(server: FastifyInstance, routes: readonly RouteSpec[], bugs: Bugs): void {
  server.setErrorHandler((error, request, reply) =>
    answerError(largeBody(error, request) ?? error, request, reply, bugs),
  );
  const methods = methodsByPath(routes);
  server.setNotFoundHandler((request, reply) => {
    const path = pathOf(request.url);
    const allowed = methods.filter(({ pattern }) => pattern.test(path)).flatMap(({ allow }) => allow);
    const error =
      allowed.length === 0
        ? new EdgeError('route.not-found', 'there is nothing under this path')
        : new EdgeError('route.not-allowed', `here it is ${allowed.join(' or ')}`, {}, { allow: allowed.join(', ') });
    return answerError(error, request, reply, bugs);
  });
}

/** What the server refused as too large, with the limit that it is of. */
function largeBody(error: unknown, { routeOptions }: FastifyRequest): TooLarge | undefined {
  if ((error as { readonly code?: unknown } | null)?.code !== 'FST_ERR_CTP_BODY_TOO_LARGE') return undefined;
  const { bodyLimit = 'requestBodyBytes' } = routeOptions.config as { readonly bodyLimit?: BodyLimit };
  const most = LIMITS[bodyLimit];
  return new TooLarge('request.too-large', `the body is larger than ${most} bytes (${bodyLimit})`, bodyLimit, most);
}

export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply, bugs: Bugs): FastifyReply {
  const refusal = bugs.refusal(error, request.id);
  const problem = problemOf(refusal, { id: request.id, path: pathOf(request.url) });
  for (const [name, value] of Object.entries(refusal.headers)) reply.header(name, value);
  // An answer that had begun said something of itself that no longer holds.
  reply.removeHeader('etag').removeHeader('orrery-position');
  return reply.code(statusOf(refusal)).header('content-type', PROBLEM_TYPE).send(JSON.stringify(problem));
}

/** Which methods each path of the contract has. */
function methodsByPath(routes: readonly RouteSpec[]) {
  const methods = new Map<string, Set<string>>();
  for (const route of routes) {
    for (const url of urlsOf(route)) {
      const allow = methods.get(url) ?? new Set();
      methods.set(url, allow.add(route.method));
      if (route.method === 'GET') allow.add('HEAD');
    }
  }
  return [...methods].map(([url, allow]) => ({
    pattern: new RegExp(`^${url.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+')}$`),
    allow: [...allow],
  }));
}
