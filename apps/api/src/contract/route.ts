import type { ProblemCode } from '@orrery/contract';
import type { z } from 'zod';

/** What an operation answers with one status. */
export interface AnswerSpec {
  readonly description: string;
  readonly body: z.ZodType;
}

/** The limits of bodies, by their names. */
export type BodyLimit = 'requestBodyBytes' | 'batchBodyBytes' | 'definitionBytes';

/** One operation of the API: everything that is said about it, to machines and to people. */
export interface RouteSpec {
  /** Its name for whoever generates a client. */
  readonly id: string;
  readonly tag: 'definitions' | 'workflows' | 'tasks' | 'dead letters' | 'live' | 'operations';
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Under the base path, with `{name}` for what varies. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The body is a definition as its author wrote it, JSON or YAML: it is read as a text. */
  readonly document?: true;
  readonly answers: { readonly [status: number]: AnswerSpec };
  /** The refusals that only this operation has. Those of every operation are added. */
  readonly refuses: readonly ProblemCode[];
  /** It takes an `Idempotency-Key` and answers with a position. */
  readonly writes?: true;
  /** It takes `If-Match`, with the version of its subject. */
  readonly guarded?: true;
  /** It takes `Orrery-Position`, and is never older than that. */
  readonly atLeast?: true;
  /** It answers with a stream of server-sent events, each of them as its answer says. */
  readonly streams?: true;
  /** Asked so often that a request that went well is logged at `debug`. */
  readonly quiet?: true;
  /** Served at the root as well as under the base path. */
  readonly atRoot?: true;
  readonly alias?: string;
  /** The limit of its body, if it is another than that of all requests. */
  readonly bodyLimit?: BodyLimit;
}

/** An entry of the table of routes, with its types kept. */
export function route<const R extends RouteSpec>(spec: R): R {
  return spec;
}

/** The base path of everything that has a version. */
export const BASE_PATH = '/api/v1';
