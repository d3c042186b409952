const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (value: number) => String(value).padStart(2, '0');

/** How long something took, as a person says it: `12 ms`, `1.2 s`, `3 min 05 s`, `2 h 10 min`, `4 d 03 h`. */
export function humanDuration(ms: number): string {
  const spent = Math.max(0, ms);
  if (spent < SECOND) return `${Math.round(spent)} ms`;
  if (spent < 59_950) return `${(spent / SECOND).toFixed(1)} s`;
  const seconds = Math.round(spent / SECOND);
  if (seconds < HOUR / SECOND) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  const minutes = Math.floor(seconds / 60);
  if (seconds < DAY / SECOND) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
}

/** The same for what is still to come, without tenths: they would only flicker. */
export function humanEta(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / SECOND));
  return seconds < 60 ? `${seconds} s` : humanDuration(seconds * SECOND);
}

/** How long ago it was: `just now`, `5 min ago`, `3 d ago`. */
export function humanAgo(then: string, now: number): string {
  const ms = now - Date.parse(then);
  if (ms < SECOND) return 'just now';
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s ago`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ago`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h ago`;
  return `${Math.floor(ms / DAY)} d ago`;
}

/** The time of day of an event, in this machine's zone, with milliseconds. */
export function clockTime(at: string): string {
  const time = new Date(at);
  const ms = String(time.getMilliseconds()).padStart(3, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${ms}`;
}
