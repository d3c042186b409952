/** What JSON can say; every input, output and payload is one of these. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/**
 * The size of a value as JSON text, in characters, counted without writing the text; more than `limit` is told as
 * `limit + 1` or more, so that a huge value costs no more than its limit.
 */
export function jsonSize(value: Json | undefined, limit = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === 'string') return value.length + 2;
  if (value === null || typeof value !== 'object') return 4;
  const entries = Array.isArray(value) ? value : Object.values(value);
  let size = 2;
  if (!Array.isArray(value)) for (const key of Object.keys(value)) size += key.length + 3;
  for (const entry of entries) {
    size += jsonSize(entry, limit - size) + 1;
    if (size > limit) return size;
  }
  return size;
}
