import { EdgeError } from '@orrery/contract';
import { RATE_WINDOW_S, type RateLimiter } from '@orrery/infrastructure';
import type { FastifyInstance } from 'fastify';
import { isQuiet } from './mount.js';

/**
 * Refuses requests of clients that sent more than they may; each answer says what is left, in the fields of the IETF's
 * draft-ietf-httpapi-ratelimit-headers. A client is an address; whoever probes the process is none.
 */
export function limitRequests(server: FastifyInstance, limiter: RateLimiter): void {
  const { perMinute } = limiter.limit;
  server.addHook('onRequest', async (request, reply) => {
    if (isQuiet(request)) return;
    const { isAllowed, left, resetsInMs } = await limiter.take(request.ip);
    const resetsIn = Math.max(1, Math.ceil(resetsInMs / 1000));
    reply.header('ratelimit-policy', `"client";q=${perMinute};w=${RATE_WINDOW_S}`);
    reply.header('ratelimit', `"client";r=${left};t=${resetsIn}`);
    if (isAllowed) return;
    const message = `there were more than ${perMinute} requests a minute from ${request.ip}`;
    throw new EdgeError('request.too-many', message, {}, { 'retry-after': String(resetsIn) });
  });
}
