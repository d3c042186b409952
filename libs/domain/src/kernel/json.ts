/** What JSON can say; every input, output and payload is one of these. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/**
 * The size of a value as JSON text, in characters, counted without writing the text; more than `limit` is told as some
 * size over it, so that a huge value costs no more than its limit. However deep a value is, it takes no stack. What is
 * not there takes no room.
 */
export function jsonSize(value: Json | undefined, limit = Number.MAX_SAFE_INTEGER): number {
  const uncounted: Json[] = value === undefined ? [] : [value];
  let size = 0;
  while (uncounted.length > 0 && size <= limit) {
    const next = uncounted.pop()!;
    if (typeof next === 'string') size += textSize(next, limit);
    else if (typeof next !== 'object' || next === null) size += String(next).length;
    else if (!Array.isArray(next)) size += frameSize(next as JsonObject, uncounted, limit);
    else {
      size += bracketsSize(next.length);
      // A list may be far longer than what is still to be counted of it.
      if (size <= limit) pushAll(uncounted, next as readonly Json[]);
    }
  }
  return size;
}

function pushAll(onto: Json[], items: readonly Json[]): void {
  for (const item of items) onto.push(item);
}

/** What an object takes besides what is in it: brackets, commas and keys. What is in it is still to be counted. */
function frameSize(members: JsonObject, uncounted: Json[], limit: number): number {
  let size = 0;
  let count = 0;
  // What JSON says is the object's own; and no list of keys has to be made.
  for (const key in members) {
    size += textSize(key, limit) + 1;
    uncounted.push(members[key]!);
    count += 1;
  }
  return size + bracketsSize(count);
}

/** JSON with the keys of every object in the order of their code units (as RFC 8785 has it). */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  const object = value as JsonObject;
  const members = Object.keys(object)
    .filter((key) => object[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key]!)}`);
  return `{${members.join()}}`;
}

function bracketsSize(members: number): number {
  return 2 + Math.max(0, members - 1);
}

/** What JSON text writes longer than it is; also a surrogate, which only without its other half is. */
const MAY_BE_ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

function textSize(text: string, limit: number): number {
  const size = text.length + 2;
  return size > limit || !MAY_BE_ESCAPED.test(text) ? size : JSON.stringify(text).length;
}
