/** The JSON pointer (RFC 6901) to a member of what `base` points to. */
export function pointerTo(base: string, key: string | number): string {
  if (typeof key === 'number') return `${base}/${key}`;
  return `${base}/${/[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key}`;
}

/** The keys on the way that a JSON pointer names, from the root. */
export function keysOf(pointer: string): string[] {
  const [, ...keys] = pointer.split('/');
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}
