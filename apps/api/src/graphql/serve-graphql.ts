import { LIMITS } from '@orrery/domain';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BASE_PATH } from '../contract/route.js';
import type { Graphql, GraphqlParts } from './open-graphql.js';

const GRAPHQL_PATH = '/graphql';
const BODY_LIMIT = 'batchBodyBytes';

/**
 * Serves GraphQL at the root and under the base path. What it is made of is loaded with the first request: who never asks
 * in GraphQL has neither its 30 MB nor the second that it takes to start.
 */
export function serveGraphql(server: FastifyInstance, parts: GraphqlParts): void {
  let opening: Promise<Graphql> | undefined;
  const opened = () => {
    opening ??= open(parts).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const handler = async (request: FastifyRequest, reply: FastifyReply) => (await opened()).answer(request, reply);
  for (const url of [GRAPHQL_PATH, `${BASE_PATH}${GRAPHQL_PATH}`]) {
    server.route({
      // Other methods come here to be told which there are.
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url,
      bodyLimit: LIMITS[BODY_LIMIT],
      config: { bodyLimit: BODY_LIMIT },
      handler,
    });
  }
  server.addHook('onClose', async () => {
    const graphql = await opening?.catch(() => undefined);
    await graphql?.close();
  });
}

async function open(parts: GraphqlParts): Promise<Graphql> {
  const { openGraphql } = await import('./open-graphql.js');
  return openGraphql(parts);
}
