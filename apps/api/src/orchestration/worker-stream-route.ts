import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { SESSION_LIMITS } from '../contract/api-limits.js';
import { BASE_PATH } from '../contract/route.js';
import { STREAM_PATH, STREAM_PROTOCOL } from '../contract/worker-frames.js';
import { EdgeError } from '../http/edge-error.js';
import type { WorkerStreams } from './worker-streams.js';

/** Lets workers connect: no page of a foreign origin among them, and no frame larger than a request. */
export async function serveWorkerStream(
  server: FastifyInstance,
  streams: WorkerStreams,
  origins: readonly string[],
): Promise<void> {
  await server.register(websocket, {
    options: {
      maxPayload: SESSION_LIMITS.frameBytes,
      perMessageDeflate: false,
      handleProtocols: (offered: Set<string>) => (offered.has(STREAM_PROTOCOL) ? STREAM_PROTOCOL : false),
    },
    // Sessions are let go by `WorkerStreams.leave`, with a word; what is left then may go without.
    preClose: (done: () => void) => done(),
  });
  server.route({
    method: 'GET',
    url: `${BASE_PATH}${STREAM_PATH}`,
    onRequest: (request, _reply, done) => {
      const { origin } = request.headers;
      if (origin === undefined || origins.includes(origin)) done();
      else done(new EdgeError('origin.not-allowed', 'a page of this origin may not connect'));
    },
    handler: () => {
      throw new EdgeError('request.not-upgraded', 'this path speaks WebSocket', {}, { upgrade: 'websocket' });
    },
    wsHandler: (socket, request) => streams.accept(socket, request.id),
  });
}
