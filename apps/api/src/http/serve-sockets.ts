import websocket from '@fastify/websocket';
import { EdgeError, SESSION_LIMITS } from '@orrery/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { BASE_PATH } from '../contract/route.js';

/** A kind of session over a socket, and where it begins. */
export interface SocketRoute {
  /** Under the base path. */
  readonly path: string;
  /** Served at the root as well. */
  readonly atRoot?: true;
  /** The subprotocol, for whoever wants to name it. */
  readonly protocol: string;
  readonly sessions: { accept(socket: WebSocket, connectionId: string): void };
  /** Answers who asks there without a socket; without it, nobody may. */
  readonly asked?: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;
}

/** Lets programs connect: no page of a foreign origin among them, and no frame larger than a request. */
export async function serveSockets(
  server: FastifyInstance,
  routes: readonly SocketRoute[],
  origins: readonly string[],
): Promise<void> {
  const protocols = routes.map(({ protocol }) => protocol);
  await server.register(websocket, {
    options: {
      maxPayload: SESSION_LIMITS.frameBytes,
      perMessageDeflate: false,
      handleProtocols: (offered: Set<string>) => protocols.find((protocol) => offered.has(protocol)) ?? false,
    },
    // Sessions are let go by `leave`, with a word; what is left then may go without.
    preClose: (done: () => void) => done(),
  });
  for (const route of routes) {
    const { path, atRoot } = route;
    for (const url of [`${BASE_PATH}${path}`, ...(atRoot ? [path] : [])]) serveSocket(server, url, route, origins);
  }
}

function serveSocket(
  server: FastifyInstance,
  url: string,
  { sessions, asked }: SocketRoute,
  origins: readonly string[],
): void {
  server.route({
    method: 'GET',
    url,
    onRequest: (request, _reply, done) => {
      const { origin, upgrade, host } = request.headers;
      const isAsking = asked !== undefined && upgrade === undefined;
      if (isAsking || origin === undefined || isMeant(origin, host, origins)) done();
      else done(new EdgeError('origin.not-allowed', 'a page of this origin may not connect'));
    },
    handler: asked ?? (() => Promise.reject(notUpgraded())),
    wsHandler: (socket, request) => sessions.accept(socket, request.id),
  });
}

/** A page of ours, or of an origin that may use the API. */
function isMeant(origin: string, host: string | undefined, origins: readonly string[]): boolean {
  return origins.includes(origin) || (URL.canParse(origin) && new URL(origin).host === host);
}

function notUpgraded(): EdgeError {
  return new EdgeError('request.not-upgraded', 'this path speaks WebSocket', {}, { upgrade: 'websocket' });
}
