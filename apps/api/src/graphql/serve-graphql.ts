import type { Clock } from '@orrery/application';
import { LIMITS } from '@orrery/domain';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BASE_PATH } from '../contract/route.js';
import type { SocketRoute } from '../http/serve-sockets.js';
import { GRAPHQL_PROTOCOL, GraphqlSockets } from './graphql-sockets.js';
import type { Graphql, GraphqlParts } from './open-graphql.js';

const GRAPHQL_PATH = '/graphql';
const BODY_LIMIT = 'batchBodyBytes';

/** What GraphQL is served with. */
export type GraphqlFaceParts = GraphqlParts & { readonly clock: Clock };

/**
 * GraphQL at the root and under the base path. What it is made of is loaded with the first request: who never asks
 * in GraphQL has neither its 30 MB nor the second that it takes to start. See decisions/0020.
 */
export class GraphqlFace {
  private opening: Promise<Graphql> | undefined;
  private readonly sockets: GraphqlSockets;

  constructor(private readonly parts: GraphqlFaceParts) {
    const { clock, bugs } = parts;
    this.sockets = new GraphqlSockets({ opened: () => this.opened(), clock, bugs });
  }

  /** Where subscriptions come; what is asked by GET without a socket, too. */
  get socket(): SocketRoute {
    const asked = this.answer;
    return { path: GRAPHQL_PATH, atRoot: true, protocol: GRAPHQL_PROTOCOL, sessions: this.sockets, asked };
  }

  serve(server: FastifyInstance): void {
    for (const url of [GRAPHQL_PATH, `${BASE_PATH}${GRAPHQL_PATH}`]) {
      server.route({
        // Other methods come here to be told which there are.
        method: ['POST', 'PUT', 'PATCH', 'DELETE'],
        url,
        bodyLimit: LIMITS[BODY_LIMIT],
        config: { bodyLimit: BODY_LIMIT },
        handler: this.answer,
      });
    }
    server.addHook('onClose', async () => {
      const graphql = await this.opening?.catch(() => undefined);
      await graphql?.close();
    });
  }

  /** The process stops: who listens over a socket is let go. */
  leave(): Promise<void> {
    return this.sockets.leave();
  }

  private readonly answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    (await this.opened()).answer(request, reply);

  private opened(): Promise<Graphql> {
    this.opening ??= open(this.parts).catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }
}

async function open(parts: GraphqlParts): Promise<Graphql> {
  const { openGraphql } = await import('./open-graphql.js');
  return openGraphql(parts);
}
