const FIRST_MS = 100;
const LAST_MS = 5_000;

/** How long to wait before the n-th further try, from 0: it doubles up to 5 s, and chance keeps many from coming back at once. */
export function backoffMs(tries: number, random: () => number = Math.random): number {
  return Math.min(FIRST_MS * 2 ** tries, LAST_MS) * (0.5 + random() / 2);
}
