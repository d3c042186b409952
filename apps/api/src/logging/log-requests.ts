import type { Logger } from '@orrery/infrastructure';
import type { FastifyInstance } from 'fastify';
import { isQuiet } from '../http/mount.js';

/** One line a request: what was asked by its route, never what it said. What is asked often and goes well is detail. */
export function logRequests(server: FastifyInstance, log: Logger): void {
  server.addHook('onResponse', (request, reply, done) => {
    const { statusCode } = reply;
    const level = isQuiet(request) && statusCode < 400 ? 'debug' : 'info';
    if (log.isLevelEnabled(level)) {
      const { method } = request;
      const route = request.routeOptions.url ?? 'none';
      const ms = Math.round(reply.elapsedTime * 10) / 10;
      log[level]({ requestId: request.id, method, route, status: statusCode, ms }, 'request');
    }
    done();
  });
}
