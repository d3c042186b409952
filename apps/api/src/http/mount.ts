import { SetMetadata } from '@nestjs/common';
import type { AtLeast, Context, DefinitionText, DocumentReader, Position, PositionTokens } from '@orrery/application';
import { type RequestFault, invalidRequest, parsePart } from '@orrery/contract';
import { LIMITS } from '@orrery/domain';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { BASE_PATH, type RouteSpec } from '../contract/route.js';
import type { LongPolls } from './long-polls.js';
import { contextOf } from './request-context.js';
import { readBody, readDocument } from './request-body.js';

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type PartOf<R extends RouteSpec, Name extends keyof RouteSpec> = R extends { readonly [N in Name]: infer Schema }
  ? Parsed<Schema>
  : undefined;

/** A request as its route's schemas read it. */
export interface RequestOf<R extends RouteSpec> {
  readonly context: Context;
  readonly params: PartOf<R, 'params'>;
  readonly query: PartOf<R, 'query'>;
  readonly body: PartOf<R, 'body'>;
  /** The definition that was sent, where the route takes one. */
  readonly document: R extends { readonly document: true } ? DefinitionText : undefined;
  /** The position that the answer must have reached. */
  readonly atLeast: AtLeast | undefined;
  readonly requestId: string;
  /** Calls back when nobody waits for the answer any more. */
  readonly abandoned: (callback: () => void) => void;
}

/** What an operation answers. A position, or one for many, is written as a token, into the body and the header. */
export interface AnswerOf<R extends RouteSpec> {
  readonly status: keyof R['answers'] & number;
  readonly body: object;
  readonly position?: Position | readonly Position[];
  /** The version of the subject: its ETag. */
  readonly version?: number;
}

type Operation<R extends RouteSpec> = (request: RequestOf<R>) => AnswerOf<R> | Promise<AnswerOf<R>>;

const SERVED = 'orrery:route';

/** Makes a controller's method the operation of a route in the contract. */
export function Serves<R extends RouteSpec>(route: R) {
  const mark = SetMetadata(SERVED, route);
  return <Method extends Operation<R>>(target: object, key: string, descriptor: TypedPropertyDescriptor<Method>) => {
    mark(target, key, descriptor);
  };
}

/** What every operation needs besides its controller. */
export interface Edge {
  readonly tokens: PositionTokens;
  readonly documents: DocumentReader;
  readonly polls: LongPolls;
}

/**
 * Serves the operations of controllers straight from Fastify, for Nest's own router costs as much again as everything
 * else about a small request. What is validated, answered and documented comes from the same entry of the contract.
 */
export function mount(server: FastifyInstance, controllers: readonly object[], edge: Edge): void {
  for (const controller of controllers) {
    for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(controller))) {
      const method = (controller as { readonly [name: string]: unknown })[name];
      const route = typeof method === 'function' ? (Reflect.getMetadata(SERVED, method) as RouteSpec) : undefined;
      if (route) serve(server, route, (method as Operation<RouteSpec>).bind(controller), edge);
    }
  }
}

function serve(server: FastifyInstance, route: RouteSpec, operation: Operation<RouteSpec>, edge: Edge): void {
  const { bodyLimit = 'requestBodyBytes' } = route;
  const handler = async (request: FastifyRequest, reply: FastifyReply) =>
    send(reply, await operation(readRequest(route, request, reply, edge)), edge.tokens);
  for (const url of urlsOf(route)) {
    server.route({
      method: route.method,
      url,
      bodyLimit: LIMITS[bodyLimit],
      config: { quiet: route.quiet === true, bodyLimit },
      handler,
    });
  }
}

/** Whether it is a request of whoever probes or watches the process, and no client's. */
export function isQuiet({ routeOptions }: FastifyRequest): boolean {
  return (routeOptions.config as { readonly quiet?: boolean }).quiet === true;
}

/** The paths of a route as the router writes them. */
export function urlsOf({ path, alias, atRoot }: RouteSpec): readonly string[] {
  const url = path.replace(/\{(\w+)\}/g, ':$1');
  return [`${BASE_PATH}${url}`, ...(alias === undefined ? [] : [`${BASE_PATH}${alias}`]), ...(atRoot ? [url] : [])];
}

/** Reads a request as its route says, or refuses it with everything that is wrong with it. */
export function readRequest<R extends RouteSpec>(
  route: R,
  request: FastifyRequest,
  reply: FastifyReply,
  edge: Edge,
): RequestOf<R> {
  const faults: RequestFault[] = [];
  const body = route.document ? undefined : readBody(request, edge.documents);
  const parts = {
    context: contextOf(route, request.headers, faults),
    params: parsePart('path', route.params, request.params, faults),
    query: parsePart('query', route.query, request.query, faults),
    body: route.document ? undefined : parsePart('body', route.body, body, faults),
  };
  if (faults.length > 0) throw invalidRequest(faults);
  const token = route.atLeast ? request.headers['orrery-position'] : undefined;
  return {
    ...parts,
    document: route.document ? readDocument(request) : undefined,
    atLeast: token === undefined ? undefined : edge.tokens.read(String(token)),
    requestId: request.id,
    abandoned: edge.polls.watch(reply.raw),
  } as RequestOf<R>;
}

const JSON_TYPE = 'application/json; charset=utf-8';

function send(reply: FastifyReply, answer: AnswerOf<RouteSpec>, tokens: PositionTokens): FastifyReply {
  const { status, body, position, version } = answer;
  reply.code(status).header('content-type', JSON_TYPE);
  if (version !== undefined) reply.header('etag', `"${version}"`);
  const positions = [position ?? []].flat();
  if (positions.length === 0) return reply.send(JSON.stringify(body));
  const token = tokens.writeAll(positions);
  reply.header('orrery-position', token);
  return reply.send(JSON.stringify({ ...body, position: token }));
}
