/** An id shortened in the middle, where ids of the same minute differ least. */
export function shortId(id: string): string {
  const [uuid = '', ordinal] = id.split('~');
  const short = uuid.length > 14 ? `${uuid.slice(0, 6)}…${uuid.slice(-5)}` : uuid;
  return ordinal === undefined ? short : `${short}~${ordinal}`;
}
