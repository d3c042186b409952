/** The longest that a timer of Node may be set to, in milliseconds: what is longer fires at once. */
export const TIMER_MAX_MS = 2 ** 31 - 1;
/** A time for a timer: what is longer than it takes becomes the longest that it takes. */
export function timerMs(ms: number): number {
  return Math.min(ms, TIMER_MAX_MS);
}
