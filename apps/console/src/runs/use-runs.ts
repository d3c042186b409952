import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type RunsFilter, listRuns } from '../api/runs.js';
import type { RunsPage } from '../api/types.js';
import { LIST_EVERY_MS } from '../live/live-source.js';
import { useRefreshed } from '../live/use-refreshed.js';

/** The runs that a filter lets through, kept as they are; the more pages are open, the less often. */
export function useRuns(filter: RunsFilter) {
  const everyMs = useRefreshed('runs', LIST_EVERY_MS);
  return useInfiniteQuery({
    ...runsQuestion(filter),
    refetchInterval: ({ state }) => everyMs * Math.max(1, state.data?.pages.length ?? 1),
  });
}

const runsQuestion = (filter: RunsFilter) =>
  infiniteQueryOptions({
    queryKey: ['runs', filter],
    queryFn: ({ pageParam, signal }) => listRuns(filter, { cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** How many runs there are of each status, whichever of them are shown. The list of all tells it along with its rows. */
export function useCounts(filter: RunsFilter): RunsPage['counts'] | undefined {
  const isOfAll = filter.status.length === 0;
  const everyMs = useRefreshed('run-counts', LIST_EVERY_MS);
  const list = useInfiniteQuery({ ...runsQuestion(filter), enabled: false });
  const all = { ...filter, status: [] };
  const { data } = useQuery({
    queryKey: ['run-counts', all],
    queryFn: ({ signal }) => listRuns(all, { signal, limit: 1 }),
    enabled: !isOfAll,
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
  });
  return isOfAll ? list.data?.pages[0]?.counts : data?.counts;
}
