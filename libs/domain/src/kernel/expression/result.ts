import { formatDuration } from '../duration.js';
import type { Json } from '../json.js';
import { Failing, Stopped } from './failure.js';
import { EXPRESSION_LIMITS } from './machine.js';
import { Duration, Optional, Timestamp, type Value, type ValueMap } from './values.js';

/** How many characters of JSON text a template may give, and what is said of more. */
export interface ResultLimit {
  readonly characters: number;
  readonly code: string;
  readonly message: string;
}

export const RESULT_LIMIT: ResultLimit = {
  characters: EXPRESSION_LIMITS.resultCharacters,
  code: 'expression.too-large',
  message: `the result is larger than ${EXPRESSION_LIMITS.resultCharacters} characters (payloadBytes)`,
};

/** How many characters of JSON text the results of one template may still take. */
export interface Room {
  characters: number;
  readonly limit: ResultLimit;
}

export function take(room: Room, characters: number): void {
  room.characters -= characters;
  if (room.characters < 0) throw new Stopped(room.limit.code, room.limit.message);
}

/** A value as plain JSON. What is plain already is given as it is, not copied; it is never changed. */
export function toJson(value: Value, room: Room, depth: number): Json {
  if (typeof value === 'string') {
    take(room, value.length + 2);
    return value;
  }
  if (typeof value === 'object' && value !== null) return fromObject(value, room, depth);
  take(room, 4);
  return typeof value === 'bigint' ? fromInt(value) : typeof value === 'number' ? fromDouble(value) : value;
}

function fromInt(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new Failing(`${value} is a whole number that JSON does not keep exactly: use string()`);
}

function fromDouble(value: number): number {
  if (!Number.isFinite(value)) throw new Failing(`the result is ${value}, and JSON has no such number`);
  // JSON text does not keep the sign of zero, so that a replayed value would not be this one.
  return value === 0 ? 0 : value;
}

function fromObject(value: Exclude<Value, null | boolean | bigint | number | string>, room: Room, depth: number): Json {
  if (value instanceof Timestamp) return toJson(new Date(value.ms).toISOString(), room, depth);
  if (value instanceof Duration) return toJson(durationText(value), room, depth);
  if (value instanceof Optional) return toJson(value.value ?? null, room, depth);
  if (depth >= EXPRESSION_LIMITS.resultDepth) {
    throw new Stopped(
      'expression.too-deep',
      `the result nests more than ${EXPRESSION_LIMITS.resultDepth} deep (depth)`,
    );
  }
  take(room, 2);
  return Array.isArray(value) ? fromList(value, room, depth + 1) : fromMap(value as ValueMap, room, depth + 1);
}

function durationText({ ms }: Duration): string {
  if (ms < 0) throw new Failing('a duration cannot be negative');
  return formatDuration(ms);
}

function fromList(list: readonly Value[], room: Room, depth: number): Json {
  let copy: Json[] | undefined;
  for (let index = 0; index < list.length; index++) {
    take(room, 1);
    const item = list[index]!;
    const plain = toJson(item, room, depth);
    if (copy === undefined && !Object.is(plain, item)) copy = list.slice(0, index) as Json[];
    copy?.push(plain);
  }
  return copy ?? (list as readonly Json[]);
}

function fromMap(map: ValueMap, room: Room, depth: number): Json {
  const keys = Object.keys(map);
  const plain: Json[] = [];
  let changed = false;
  for (const key of keys) {
    take(room, key.length + 4);
    const value = toJson(map[key]!, room, depth);
    changed ||= !Object.is(value, map[key]);
    plain.push(value);
  }
  return changed ? Object.fromEntries(keys.map((key, index) => [key, plain[index]!])) : (map as Json);
}

/** A value inside a longer text: a text as it is, anything else as JSON. */
export function toText(value: Value, room: Room, depth: number): string {
  const plain = toJson(value, room, depth);
  return typeof plain === 'string' ? plain : JSON.stringify(plain);
}
