import type { DomainEvent } from './event.js';
import type { JsonObject } from './json.js';

/** Reads an event of one schema as one of the next, for good: pure, and right for whatever was recorded in its schema. */
export type Upcaster = (old: JsonObject) => JsonObject;

/**
 * Of each type of event, the upcasters of its older schemas, oldest first: an event that is at `v: 3` has two. Give an
 * event another `v`, or add one, and it does not compile before it stands here.
 */
export type Upcasters<E extends DomainEvent> = {
  readonly [T in E['type']]: UpcastersTo<Extract<E, { type: T }>['v']>;
};

/** One fewer than the version. */
type UpcastersTo<V extends number, Known extends readonly Upcaster[] = []> = [...Known, Upcaster]['length'] extends V
  ? Known
  : UpcastersTo<V, [...Known, Upcaster]>;

/** The same of any events. */
export type UpcasterTable = { readonly [type: string]: readonly Upcaster[] };

/** The version of the schema that this code has of a type of event; 0 if it knows none. */
export function schemaOf(type: string, upcasters: UpcasterTable): number {
  return Object.hasOwn(upcasters, type) ? upcasters[type]!.length + 1 : 0;
}

/** The event as one of today's; nothing if this code does not know its type, or not yet its schema. */
export function upcast<E extends DomainEvent>(event: E, upcasters: UpcasterTable): E | undefined {
  const steps = upcasters[event.type];
  // As nearly all of them are.
  if (steps !== undefined && event.v === steps.length + 1) return event;
  const today = schemaOf(event.type, upcasters);
  if (!(event.v >= 1 && event.v < today)) return undefined;
  let read = event as unknown as JsonObject;
  for (let v = event.v; v < today; v += 1) read = { ...steps![v - 1]!(read), type: event.type, v: v + 1 };
  return read as unknown as E;
}
