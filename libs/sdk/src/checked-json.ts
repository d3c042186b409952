import type { Json } from './json.js';

/** A body nests at most 64 deep; what carries the value takes some of that. */
const DEPTH_MAX = 60;

/** A value as JSON has it, and how large it is as text. */
export interface CheckedJson {
  readonly value: Json;
  readonly bytes: number;
}

/** A value that no server would read: it is refused here, by itself, and not with everything that is sent beside it. */
export class NotJson extends Error {
  override readonly name = 'NotJson';
}

/** The value as it travels; nothing is null. Throws `NotJson` with the place of what cannot. */
export function checkedJson(given: unknown): CheckedJson {
  const text = textOf(given);
  const value = JSON.parse(text) as Json;
  look(value, '', 1);
  return { value, bytes: Buffer.byteLength(text) };
}

function textOf(given: unknown): string {
  try {
    return JSON.stringify(given) ?? 'null';
  } catch (cause) {
    throw new NotJson((cause as Error).message, { cause });
  }
}

function look(value: Json, pointer: string, depth: number): void {
  if (typeof value === 'number' && isRounded(value))
    throw new NotJson(`${pointer} is a whole number that is not kept exactly: send it as a text`);
  if (typeof value !== 'object' || value === null) return;
  if (depth > DEPTH_MAX) throw new NotJson(`it nests more than ${DEPTH_MAX} deep`);
  for (const [key, member] of Object.entries(value) as [string, Json][]) {
    const at = `${pointer}/${key}`;
    if (leadsToPrototype(key, member)) throw new NotJson(`${at} is not a key that may be used`);
    look(member, at, depth + 1);
  }
}

/** Whether its digits, as JSON writes them, are those of another number. */
function isRounded(value: number): boolean {
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return false;
  const written = String(value);
  return /^-?\d+$/.test(written) && BigInt(value) !== BigInt(written);
}

function leadsToPrototype(key: string, member: Json): boolean {
  if (key === '__proto__') return true;
  return key === 'constructor' && typeof member === 'object' && member !== null && Object.hasOwn(member, 'prototype');
}
