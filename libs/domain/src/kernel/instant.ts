const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/**
 * A moment in milliseconds since the epoch, from RFC 3339 (`2030-01-01T00:00:00Z`). Nothing for any other text: one
 * without a zone would mean another moment on another machine, and there is no 30th of February.
 */
export function parseInstant(text: string): number | undefined {
  const match = RFC_3339.exec(text);
  if (!match) return undefined;
  const [year, month, day] = match.slice(1, 4).map(Number) as [number, number, number];
  const ms = Date.parse(text);
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return Number.isNaN(ms) || day > daysInMonth ? undefined : ms;
}
