import type { RunsFilter } from '../api/runs.js';
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

/** The filters that an address holds. What it says wrongly is left out. */
export function readFilter(words: URLSearchParams): RunsFilter {
  const status = (words.get('status') ?? '').split(',').filter((each) => (RUN_STATUSES as string[]).includes(each));
  return {
    status,
    definition: words.get('definition') || undefined,
    label: words.getAll('label').filter((each) => each !== ''),
    q: words.get('q') || undefined,
    withinMs: RANGES[words.get('within') ?? ''],
  };
}

/** The address with one filter set otherwise; an empty value takes it away. */
export function withFilter(words: URLSearchParams, name: string, value: string | readonly string[]): URLSearchParams {
  const next = new URLSearchParams(words);
  next.delete(name);
  for (const each of [value].flat()) if (each !== '') next.append(name, each);
  return next;
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
