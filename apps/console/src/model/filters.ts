import type { RunsFilter } from '../api/runs.js';
import { type Zone, minute } from './durations.js';
import { RUN_STATUSES } from './status.js';

/** A named set of filters; the built-in ones answer what people ask first. */
export interface SavedView {
  readonly name: string;
  readonly search: string;
}

export const BUILT_IN_VIEWS: readonly SavedView[] = [
  { name: 'All', search: '' },
  { name: 'In flight', search: 'status=running,paused,compensating' },
  { name: 'Went wrong', search: 'status=failed,compensated' },
  { name: 'Last hour', search: 'within=1h' },
];

export const RANGES: { readonly [word: string]: number } = {
  '15m': 900_000,
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
};

/** The moments that runs can be asked for, each with its words. */
export const MOMENTS = {
  startedAfter: 'started after',
  startedBefore: 'started before',
  endedBefore: 'ended before',
} as const;
const MOMENT_NAMES = Object.keys(MOMENTS) as (keyof typeof MOMENTS)[];

const WITHOUT_ZONE = /T\d\d:\d\d(:\d\d(\.\d+)?)?$/;

/** A moment in ISO 8601; undefined, if the words are none. A time that says no zone is of this one. */
export function readMoment(words: string | null, zone: Zone): string | undefined {
  const at = words ? Date.parse(zone === 'utc' && WITHOUT_ZONE.test(words) ? `${words}Z` : words) : NaN;
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** A moment in this zone as the browser's field for one has it, which says no zone; empty without one. */
export function fieldOf(at: string | undefined, zone: Zone): string {
  return at === undefined ? '' : minute(Date.parse(at), zone).replace(' ', 'T').replace('Z', '');
}

/** The filters that an address holds. What it says wrongly is left out. */
export function readFilter(words: URLSearchParams): RunsFilter {
  const status = (words.get('status') ?? '').split(',').filter((each) => (RUN_STATUSES as string[]).includes(each));
  return {
    status,
    definition: words.get('definition') || undefined,
    label: words.getAll('label').filter((each) => each !== ''),
    q: words.get('q') || undefined,
    withinMs: RANGES[words.get('within') ?? ''],
    ...Object.fromEntries(MOMENT_NAMES.map((name) => [name, readMoment(words.get(name), 'local')])),
  };
}

/** The address with one filter set otherwise; an empty value takes it away. */
export function withFilter(words: URLSearchParams, name: string, value: string | readonly string[]): URLSearchParams {
  const next = new URLSearchParams(words);
  next.delete(name);
  for (const each of [value].flat()) if (each !== '') next.append(name, each);
  return next;
}

/** What can be typed among the words that are searched for, and how it stands in the address. */
type Typed = (
  value: string,
  words: URLSearchParams,
  zone: Zone,
) => readonly [name: string, value: string | readonly string[]];
const TYPED: ReadonlyMap<string, Typed> = new Map<string, Typed>([
  ['definition', (value) => ['definition', value]],
  ['label', (value, words) => ['label', [...words.getAll('label'), value.replace('=', ':')]]],
  ['state', (value, words) => ['status', [words.get('status') ?? '', value].filter(Boolean).join(',')]],
  ['after', (value, _, zone) => ['startedAfter', readMoment(value, zone) ?? '']],
  ['before', (value, _, zone) => ['startedBefore', readMoment(value, zone) ?? '']],
  ['ended-before', (value, _, zone) => ['endedBefore', readMoment(value, zone) ?? '']],
]);

/**
 * The address with the filters of a typed text, and what is left to be searched for. A filter is taken once a space comes
 * after it: until then it may go on.
 */
export function withTyped(
  words: URLSearchParams,
  text: string,
  zone: Zone,
): readonly [words: URLSearchParams, rest: string] {
  let next = words;
  const rest = text.replace(/(^|\s)([a-z-]+):(\S+)(?=\s)/g, (whole, _, name: string, value: string) => {
    const typed = TYPED.get(name)?.(value, next, zone);
    if (!typed) return whole;
    next = withFilter(next, ...typed);
    return '';
  });
  return [withFilter(next, 'q', rest.trim()), rest.trimStart()];
}

/** The same filters, whatever their order. */
export function isSameView(search: string, words: URLSearchParams): boolean {
  const sorted = (text: string) =>
    [...new URLSearchParams(text)]
      .map((pair) => pair.join('='))
      .sort()
      .join('&');
  return sorted(search) === sorted(words.toString());
}

/** Views as they were saved; none, if what was saved cannot be read. */
export function readViews(saved: string | null): readonly SavedView[] {
  try {
    const views = JSON.parse(saved ?? '[]') as readonly Partial<SavedView>[];
    return views.filter((view): view is SavedView => typeof view.name === 'string' && typeof view.search === 'string');
  } catch {
    return [];
  }
}
