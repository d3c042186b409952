const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A duration for people, with at most two units: `340 ms`, `2.4 s`, `3 min 20 s`, `2 d 4 h`. */
export function humane(ms: number): string {
  if (ms < 0) return `-${humane(-ms)}`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  const first = UNITS.findIndex(([, size]) => ms >= size);
  const [unit, size] = UNITS[first]!;
  const whole = Math.floor(ms / size);
  const next = UNITS[first + 1];
  const rest = next ? Math.floor((ms % size) / next[1]) : 0;
  return rest > 0 && whole < 10_000 ? `${whole} ${unit} ${rest} ${next![0]}` : `${whole} ${unit}`;
}

/** The same to the millisecond: `1:02:03.456`. */
export function exact(ms: number): string {
  const sign = ms < 0 ? '-' : '';
  const all = Math.abs(Math.round(ms));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(all / 3_600_000);
  const minutes = Math.floor(all / 60_000) % 60;
  const seconds = `${two(Math.floor(all / 1_000) % 60)}.${String(all % 1_000).padStart(3, '0')}`;
  return hours > 0 ? `${sign}${hours}:${two(minutes)}:${seconds}` : `${sign}${minutes}:${seconds}`;
}

/** From here on an age is told in one unit. */
const ROUGH_MS = 60_000;

/** How long ago, or how soon: `4 s ago`, `in 2 min`. */
export function relative(at: number, now: number): string {
  const ms = now - at;
  if (Math.abs(ms) < 1_500) return 'now';
  const words = humane(Math.floor(Math.abs(ms) / 1_000) * 1_000).replace(/\.0 s$/, ' s');
  const coarse = Math.abs(ms) > ROUGH_MS ? words.split(' ').slice(0, 2).join(' ') : words;
  return ms > 0 ? `${coarse} ago` : `in ${coarse}`;
}

/** How times are shown. */
export type TimeStyle = 'relative' | 'local' | 'utc';

/** Whose clock a moment is told by. */
export type Zone = Exclude<TimeStyle, 'relative'>;

/** The zone of a style: where times are told by their age, a clock is the local one. */
export const zoneOf = (style: TimeStyle): Zone => (style === 'utc' ? 'utc' : 'local');

/** A moment in the chosen style. */
export function showTime(at: number, style: TimeStyle, now: number): string {
  if (style === 'relative') return relative(at, now);
  return clock(at, style, now);
}

/** A moment to the minute, as a filter says it. */
export function minute(at: number, style: TimeStyle): string {
  const zone = style === 'utc' ? 'Z' : '';
  return `${clock(at, style, 0).replace(/:\d\d\.\d{3}Z?$/, '')}${zone}`;
}

const pad = (value: number, width = 2) => String(value).padStart(width, '0');

/** A moment as a clock shows it, to the millisecond; with its day, unless that is today. */
export function clock(at: number, style: TimeStyle, now: number): string {
  const shift = (ms: number) => (style === 'utc' ? ms : ms - new Date(ms).getTimezoneOffset() * 60_000);
  const date = new Date(shift(at));
  const day = date.toISOString().slice(0, 10);
  const today = new Date(shift(now)).toISOString().slice(0, 10);
  const time = `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
  const whole = `${time}.${pad(date.getUTCMilliseconds(), 3)}${style === 'utc' ? 'Z' : ''}`;
  return day === today ? whole : `${day} ${whole}`;
}
