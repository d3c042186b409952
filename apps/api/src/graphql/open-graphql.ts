import { NestFactory } from '@nestjs/core';
import type { CommandBus, QueryBus } from '@nestjs/cqrs';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ANONYMOUS, type DocumentReader, type LiveFeed, LIVE_LIMITS, type PositionTokens } from '@orrery/application';
import { type RequestFault, EdgeError, SESSION_LIMITS, invalidRequest } from '@orrery/contract';
import { OrreryError } from '@orrery/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
} from 'graphql';
import { type OperationArgs, type RequestParams, createHandler, parseRequestParams } from 'graphql-http';
import { type WebSocket as GraphqlSocket, makeServer } from 'graphql-ws';
import type { Bugs } from '../http/bugs.js';
import { readBody } from '../http/request-body.js';
import { contextOf } from '../http/request-context.js';
import { Asking } from './asking.js';
import { Documents, type SchemaOptions } from './documents.js';
import { graphqlModule } from './graphql.module.js';
import { shownError } from './shown-error.js';

const JSON_TYPE = /^application\/json *(;|$)/i;

/** What Mercurius puts on a server, as far as it is used. */
interface Executor {
  readonly graphql: {
    readonly schema: GraphQLSchema;
    (
      source: string,
      context: object,
      variables: object | undefined,
      operationName: string | undefined,
    ): Promise<ExecutionResult>;
  };
}

/** What GraphQL is made of, besides its resolvers. */
export interface GraphqlParts {
  readonly commands: CommandBus;
  readonly queries: QueryBus;
  readonly tokens: PositionTokens;
  readonly feed: LiveFeed;
  readonly documents: DocumentReader;
  readonly bugs: Bugs;
  readonly options: SchemaOptions;
}

export type { GraphqlSocket };

/** GraphQL, ready to answer. */
export interface Graphql {
  answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** Speaks graphql-transport-ws with whoever is at the other end; what is returned is called when it is gone. */
  converse(socket: GraphqlSocket, connectionId: string): (code: number, reason: string) => Promise<void>;
  close(): Promise<void>;
}

type Serving = GraphqlParts & { readonly executor: Executor; readonly known: Documents };
/** What resolvers are given. */
type Contexts = { readonly asking: Asking };

/** Makes the schema of its resolvers, in a Nest application of its own that never listens: Mercurius executes there. */
export async function openGraphql(parts: GraphqlParts): Promise<Graphql> {
  const app = await NestFactory.create<NestFastifyApplication>(graphqlModule(parts), new FastifyAdapter(), {
    abortOnError: false,
    bodyParser: false,
  });
  await app.init();
  const executor = app.getHttpAdapter().getInstance() as unknown as Executor;
  const known = new Documents(executor.graphql.schema, parts.options);
  const serving = { ...parts, executor, known };
  const conversations = conversationsOf(serving);
  return {
    answer: (request, reply) => answer(request, reply, serving),
    converse: (socket, connectionId) => conversations.opened(socket, connectionId),
    close: () => app.close(),
  };
}

async function answer(request: FastifyRequest, reply: FastifyReply, serving: Serving): Promise<FastifyReply> {
  const { queries, documents, bugs, executor, known } = serving;
  const faults: RequestFault[] = [];
  const asking = new Asking(queries, contextOf({}, request.headers, faults), request.id);
  if (faults.length > 0) throw invalidRequest(faults);
  const handle = createHandler<FastifyRequest, undefined, Contexts>({
    parseRequestParams: () => paramsOf(request, documents),
    onSubscribe: (_request, params) => prepared(params, asking, { executor, known }),
    execute: (args) => execute(executor, args),
    formatError: (error) => shownError(error, request.id, bugs),
  });
  const { method, url, headers } = request;
  const [body, init] = await handle({ method, url, headers, body: null, raw: request, context: undefined });
  return reply
    .code(init.status)
    .headers(init.headers ?? {})
    .send(body ?? '');
}

/** The request as GraphQL has it, or why it is none; its body is read as strictly as everywhere. */
async function paramsOf(request: FastifyRequest, documents: DocumentReader) {
  const { method, url, headers, raw } = request;
  const isJson = method === 'POST' && JSON_TYPE.test(headers['content-type'] ?? '');
  const body = isJson ? (readBody(request, documents) ?? null) : null;
  try {
    return await parseRequestParams({
      method,
      url,
      headers,
      body: body as Record<string, unknown> | null,
      raw,
      context: undefined,
    });
  } catch (error) {
    throw error instanceof OrreryError ? error : new EdgeError('request.invalid', (error as Error).message);
  }
}

/** An operation that may be executed, or what is wrong with it. */
function prepared(
  { query, variables, operationName }: RequestParams,
  asking: Asking,
  { executor, known }: Pick<Serving, 'executor' | 'known'>,
): OperationArgs<Contexts> | readonly GraphQLError[] {
  const values = variables ?? {};
  const document = known.read(query, values);
  if (!('kind' in document)) return document;
  const { schema } = executor.graphql;
  const operation = getOperationAST(document, operationName);
  const { errors = [] } = getVariableValues(schema, operation?.variableDefinitions ?? [], values, { maxErrors: 20 });
  if (errors.length > 0) return errors;
  return { schema, document, variableValues: values, operationName, contextValue: { asking } };
}

function execute({ graphql }: Executor, args: ExecutionArgs): Promise<ExecutionResult> {
  const { document, contextValue, variableValues, operationName } = args;
  const source = document.loc!.source.body;
  return graphql(source, contextValue as object, variableValues ?? undefined, operationName ?? undefined);
}

/** What is asked for over sockets: subscriptions, and whatever else GraphQL has. */
function conversationsOf(serving: Serving) {
  const { queries, bugs } = serving;
  const shown = (error: GraphQLError, connectionId: string) => shownError(error, connectionId, bugs);
  return makeServer<Record<string, unknown>, string>({
    connectionInitWaitTimeout: SESSION_LIMITS.helloWithinMs,
    onSubscribe: ({ extra, subscriptions }, _id, params) => {
      const { subscriptionsPerSocket: most } = LIVE_LIMITS;
      if (Object.keys(subscriptions).length > most) {
        const message = `a socket has at most ${most} (liveSubscriptionsPerSocket)`;
        return [new GraphQLError(message, { extensions: { code: 'live.socket-full' } })];
      }
      return prepared(params, new Asking(queries, ANONYMOUS, extra), serving) as
        ExecutionArgs | readonly GraphQLError[];
    },
    onError: ({ extra }, _id, _params, errors) => errors.map((error) => shown(error, extra).toJSON()),
    onNext: (...[{ extra }, , , , { errors, ...result }]) =>
      errors && { ...result, errors: errors.map((error) => shown(error, extra).toJSON()) },
  });
}
