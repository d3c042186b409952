import type { Json } from '@orrery/sdk';

/** Deeper values are not walked here: what reads their text says so. */
const DEPTH_MAX = 50;

/**
 * A copy of a value that is plain JSON already, as most values are: it is the engine's own, whatever its giver does with
 * it. Nothing where it is not, or not for sure: its text then tells, which costs far more.
 */
export function plainCopy(value: unknown): Json | undefined {
  return copied(value, 0);
}

function copied(value: unknown, depth: number): Json | undefined {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return isPlain(value) ? value : undefined;
  if (typeof value !== 'object' || depth === DEPTH_MAX) return undefined;
  return Array.isArray(value) ? copiedList(value, depth) : copiedObject(value, depth);
}

/** Infinity, a negative zero, and whole numbers that their digits do not tell for sure are written otherwise, or refused. */
function isPlain(value: number): boolean {
  return Number.isInteger(value) ? Number.isSafeInteger(value) && !Object.is(value, -0) : Number.isFinite(value);
}

function copiedList(list: readonly unknown[], depth: number): Json[] | undefined {
  const copy: Json[] = [];
  for (const item of list) {
    const own = copied(item, depth + 1);
    if (own === undefined) return undefined;
    copy.push(own);
  }
  return 'toJSON' in list ? undefined : copy;
}

function copiedObject(object: object, depth: number): Json | undefined {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(object)) {
    if (key === '__proto__' || key === 'constructor' || key === 'toJSON') return undefined;
    const member = (object as Record<string, unknown>)[key];
    // JSON has no word for it, and leaves it out.
    if (member === undefined) continue;
    const own = copied(member, depth + 1);
    if (own === undefined) return undefined;
    copy[key] = own;
  }
  return copy;
}
