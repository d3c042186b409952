import {
  Conflict,
  Forbidden,
  Gone,
  Invalid,
  type JsonObject,
  KeyReused,
  NotFound,
  OrreryError,
  Refused,
  TooLarge,
  Unavailable,
} from '@orrery/domain';
import type { z } from 'zod';
import { KINDS, type Kind, PROBLEM_CODES, type ProblemCode } from '../contract/problem-codes.js';
import { BASE_PATH } from '../contract/route.js';
import type { problem } from '../contract/schemas.js';
import { EdgeError } from './edge-error.js';
import type { RequestFault } from './request-faults.js';

export type Problem = z.output<typeof problem>;

const KIND_OF_CLASS: readonly (readonly [abstract new (...args: never[]) => OrreryError, Kind])[] = [
  [Invalid, 'Invalid'],
  [NotFound, 'NotFound'],
  [Gone, 'Gone'],
  [Forbidden, 'Forbidden'],
  [Refused, 'Refused'],
  [Conflict, 'Conflict'],
  [KeyReused, 'KeyReused'],
  [TooLarge, 'TooLarge'],
  [Unavailable, 'Unavailable'],
];

/** What became of an error at the edge: its kind, and what may be said of it. */
export interface Refusal {
  readonly kind: Kind;
  readonly code: string;
  readonly message: string;
  readonly details: JsonObject;
  readonly faults: readonly RequestFault[];
  readonly headers: { readonly [name: string]: string };
}

const BUG: Refusal = {
  kind: 'Bug',
  code: 'internal.bug',
  message: 'something went wrong here; the log has it under this requestId',
  details: {},
  faults: [],
  headers: {},
};

/** The error as a refusal. One that nobody foresaw says nothing of itself to the client. */
export function refusalOf(error: unknown): Refusal {
  const known = error instanceof OrreryError ? error : ofTheServer(error);
  if (!known) return BUG;
  const kind = known instanceof EdgeError ? known.kind : KIND_OF_CLASS.find(([type]) => known instanceof type)?.[1];
  if (!kind) return BUG;
  const { code, message } = known;
  // What is the matter inside is nobody's business outside.
  const details = kind === 'Unavailable' ? {} : known.details;
  return { kind, code, message, details, faults: faultsOf(known), headers: headersOf(known) };
}

function faultsOf(error: OrreryError): readonly RequestFault[] {
  if (!(error instanceof Invalid)) return [];
  return error.faults.map(({ offset: _offset, ...fault }) => ({ in: 'body', ...fault }));
}

function headersOf(error: OrreryError): { readonly [name: string]: string } {
  if (error instanceof EdgeError) return error.headers;
  if (error instanceof Unavailable) return { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))) };
  return {};
}

const CODES_OF_SERVER: { readonly [code: string]: readonly [ProblemCode, string] } = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['request.too-large', 'the body is larger than is allowed here'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['request.media-type', 'the body must be application/json'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['request.malformed', 'the body is not as long as Content-Length says'],
  FST_ERR_BAD_URL: ['request.malformed', 'the path cannot be decoded'],
  FST_ERR_MAX_PARAM_LENGTH: ['request.url-too-long', 'a part of the path is too long'],
};

/** Whoever serves files or pages under us refuses by a status. What may not be seen is not there. */
const CODES_OF_STATUS: { readonly [status: number]: readonly [ProblemCode, string] } = {
  400: ['request.malformed', 'this is not a proper request'],
  403: ['route.not-found', 'there is nothing under this path'],
  404: ['route.not-found', 'there is nothing under this path'],
};

/** What the HTTP server under us refused by itself. */
function ofTheServer(error: unknown): EdgeError | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, statusCode, status } = error as { code?: unknown; statusCode?: unknown; status?: unknown };
  const known = CODES_OF_SERVER[String(code)] ?? CODES_OF_STATUS[Number(statusCode ?? status)];
  return known && new EdgeError(...known);
}

export function statusOf({ kind }: Pick<Refusal, 'kind'>): number {
  return KINDS[kind].status;
}

/** The refusal as RFC 9457 and the contract have it. */
export function problemOf(refusal: Refusal, request: { readonly id: string; readonly path: string }): Problem {
  const { kind, code, message, details, faults } = refusal;
  const { status, title, code: kindCode, name } = KINDS[kind];
  const contractName = (PROBLEM_CODES as { [code: string]: { readonly name?: string } })[code]?.name ?? name;
  return {
    type: `${BASE_PATH}/problems/${code}`,
    title,
    status,
    detail: message,
    instance: request.path,
    requestId: request.id,
    code,
    retryable: kind === 'Unavailable',
    error: { code: kindCode, name: contractName, message, details, requestId: request.id },
    ...(faults.length === 0 ? {} : { errors: [...faults] }),
  };
}

/** Why one of many was refused. */
export function problemOfItem({ kind, code, message, faults }: Refusal) {
  const { status, title } = KINDS[kind];
  const errors = faults.length === 0 ? {} : { errors: [...faults] };
  return { status, code, title, detail: message, retryable: kind === 'Unavailable', ...errors };
}
