/** The longest time that anything may be told to take: a hundred years of 365 days, in milliseconds. */
export const MAX_DURATION_MS = 36_500 * 86_400_000;

const UNITS_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

const AMOUNT = String.raw`(\d{1,15}(?:\.\d{1,9})?)`;
/** `200ms`, `30s`, `1h30m`: from the largest unit to the smallest, each at most once. */
const SHORT = new RegExp(`^(?=.)(?:${AMOUNT}d)?(?:${AMOUNT}h)?(?:${AMOUNT}m)?(?:${AMOUNT}s)?(?:${AMOUNT}ms)?$`);
/** ISO 8601, without years and months: they have no fixed length. */
const ISO_WEEKS = new RegExp(`^P${AMOUNT}W$`);
const ISO = new RegExp(String.raw`^P(?=.)(?:${AMOUNT}D)?(?:T(?=\d)(?:${AMOUNT}H)?(?:${AMOUNT}M)?(?:${AMOUNT}S)?)?$`);

/**
 * A duration in milliseconds, from `200ms`, `30s`, `5m`, `1h`, `2d`, `1h30m` or ISO 8601 (`PT30S`, `P2D`). Nothing if the
 * text is none of these, is not a whole number of milliseconds, or is longer than `MAX_DURATION_MS`.
 */
export function parseDuration(text: string): number | undefined {
  const weeks = ISO_WEEKS.exec(text);
  const amounts = weeks ? [Number(weeks[1]) * 7] : (SHORT.exec(text) ?? ISO.exec(text))?.slice(1);
  if (!amounts) return undefined;
  const exact = Object.values(UNITS_MS).reduce((sum, unit, index) => sum + Number(amounts[index] ?? 0) * unit, 0);
  const ms = Math.round(exact);
  // Decimals are not exact in binary: 1.1 s is 1,100 ms and a hair.
  return Math.abs(exact - ms) > 1e-3 || ms > MAX_DURATION_MS ? undefined : ms;
}

/** The duration as a person writes it: `1h30m`, `200ms`, `0s`. `parseDuration` reads it back. */
export function formatDuration(ms: number): string {
  let text = '';
  for (const [unit, size] of Object.entries(UNITS_MS)) {
    const amount = Math.floor(ms / size);
    if (amount > 0) text += `${amount}${unit}`;
    ms -= amount * size;
  }
  return text || '0s';
}
