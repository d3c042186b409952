import { DEFAULT_NAMESPACE, type Json, type Namespace } from '@orrery/domain';
import type { Client } from './envelope.js';
import { bodyHash, derivedId, newId } from './new-ids.js';
import type { Actor } from './ports/authorize.js';
import type { Clock } from './ports/clock.js';
import type { Entropy } from './ports/entropy.js';

/** Who asks, in which namespace, and under which conditions: what every face makes of a request's headers. */
export interface Context {
  readonly namespace: Namespace;
  readonly actor: Actor;
  /** Makes a write repeatable: the same key and body get the same answer. */
  readonly idempotencyKey?: string;
  /** The version that the subject must be at. */
  readonly ifMatch?: number;
  readonly correlation?: string;
  /** W3C trace context. */
  readonly traceparent?: string;
}

export const ANONYMOUS: Context = { namespace: DEFAULT_NAMESPACE, actor: { id: 'anonymous' } };

/**
 * The client's side of a command. With a key its id is derived from the namespace, the subject and the key, so that the
 * command is known when it comes again; a start's key has no subject, for it makes one. Without a key it is never known.
 */
export function clientOf(
  context: Context,
  request: { readonly operation: string; readonly body: Json; readonly subject?: string },
  clock: Clock,
  entropy: Entropy,
): Client {
  const { namespace, idempotencyKey } = context;
  const { operation, body, subject } = request;
  if (idempotencyKey === undefined) return clientAs(context, newId(clock, entropy));
  const id = derivedId('command', namespace, ...(subject === undefined ? [] : [subject]), idempotencyKey);
  return clientAs(context, id, bodyHash(operation, body));
}

/** The client's side of a command with this id; without the hash of its body it cannot come again. */
export function clientAs({ actor, correlation, traceparent }: Context, id: string, body = ''): Client {
  return { id, body, actor: actor.id, correlation, traceparent };
}
