import {
  EdgeError,
  KINDS,
  type ProblemCode,
  type Refusal as AnyRefusal,
  refusalOf as anyRefusalOf,
} from '@orrery/contract';
import { OrreryError, Unavailable } from '@orrery/domain';

/** A refusal, and what the headers of its answer say besides. */
export interface Refusal extends AnyRefusal {
  readonly headers: { readonly [name: string]: string };
}

/** The error as a refusal. One that nobody foresaw says nothing of itself to the client. */
export function refusalOf(error: unknown): Refusal {
  const known = error instanceof OrreryError ? error : (ofTheServer(error) ?? error);
  const refusal = known instanceof EdgeError ? anyRefusalOf(known, known.kind) : anyRefusalOf(known);
  return { ...refusal, headers: headersOf(known) };
}

function headersOf(error: unknown): { readonly [name: string]: string } {
  if (error instanceof EdgeError) return error.headers;
  if (error instanceof Unavailable) return { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))) };
  return {};
}

const CODES_OF_SERVER: { readonly [code: string]: readonly [ProblemCode, string] } = {
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
