import type { IncomingHttpHeaders } from 'node:http';
import { ANONYMOUS, type Context } from '@orrery/application';
import { API_LIMITS, type RequestFault, badHeader, traceContext } from '@orrery/contract';
import type { RouteSpec } from '../contract/route.js';

const KEY = new RegExp(`^[\\x21-\\x7e]{1,${API_LIMITS.idempotencyKeyCharacters}}$`);
/** A version as an entity tag. A weak one never guards a write, so it is not taken. */
const VERSION_TAG = /^"([0-9]{1,15})"$/;

/** What a request's headers say of who asks, and under which conditions. */
export function contextOf(
  route: Pick<RouteSpec, 'writes' | 'guarded'>,
  headers: IncomingHttpHeaders,
  faults: RequestFault[],
): Context {
  const traceparent = traceContext(headers['traceparent']);
  const idempotencyKey = route.writes ? keyOf(headers, faults) : undefined;
  const ifMatch = route.guarded ? versionOf(headers, faults) : undefined;
  if (traceparent === undefined && idempotencyKey === undefined && ifMatch === undefined) return ANONYMOUS;
  return { ...ANONYMOUS, traceparent, idempotencyKey, ifMatch };
}

function keyOf(headers: IncomingHttpHeaders, faults: RequestFault[]): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || (typeof key === 'string' && KEY.test(key))) return key as string | undefined;
  const most = API_LIMITS.idempotencyKeyCharacters;
  faults.push(badHeader('Idempotency-Key', `must be 1 to ${most} characters that can be seen`));
  return undefined;
}

function versionOf(headers: IncomingHttpHeaders, faults: RequestFault[]): number | undefined {
  const given = headers['if-match'];
  if (given === undefined || given === '*') return undefined;
  const match = VERSION_TAG.exec(given);
  if (match) return Number(match[1]);
  faults.push(badHeader('If-Match', 'must be a version in quotes, as the ETag gave it: "7"'));
  return undefined;
}
