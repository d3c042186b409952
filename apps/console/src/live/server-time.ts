/** A clock that is off by less is taken for right: the server tells its own in whole seconds. */
const TOLERATED_MS = 2_000;

let aheadMs = 0;

/** Notes what the server's clock said, by the `Date` header of an answer. */
export function noteServerTime(date: string | null): void {
  if (date === null) return;
  const ahead = Date.now() - Date.parse(date);
  aheadMs = Math.abs(ahead) > TOLERATED_MS ? ahead : 0;
}

/** What the server's clock shows, in milliseconds: the browser's own may be wrong. */
export const serverTime = (): number => Date.now() - aheadMs;
