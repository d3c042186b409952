import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type RunsFilter, listRuns, listTasks } from '../api/runs.js';
import type { OpenTask, RunSummary } from '../api/types.js';
import { LIST_EVERY_MS } from '../live/live-source.js';
import { hasEnded } from '../model/status.js';

/** The runs that a filter lets through, kept as they are; the more pages are open, the less often. */
export function useRuns(filter: RunsFilter) {
  return useInfiniteQuery({
    queryKey: ['runs', filter],
    queryFn: ({ pageParam, signal }) => listRuns(filter, { cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: ({ state }) => LIST_EVERY_MS * Math.max(1, state.data?.pages.length ?? 1),
    placeholderData: keepPreviousData,
  });
}

/** How many runs there are of each status, whichever of them are shown. */
export function useCounts(filter: RunsFilter) {
  const all = { ...filter, status: [] };
  return useQuery({
    queryKey: ['run-counts', all],
    queryFn: ({ signal }) => listRuns(all, { signal, limit: 1 }),
    refetchInterval: LIST_EVERY_MS,
    placeholderData: keepPreviousData,
  });
}

const NONE: ReadonlyMap<string, readonly OpenTask[]> = new Map();

/** The open tasks of the runs that are under way, by run: what those wait for. */
export function useOpenTasks(runs: readonly RunSummary[]): ReadonlyMap<string, readonly OpenTask[]> {
  const areSomeOpen = runs.some(({ status }) => !hasEnded(status));
  const { data } = useQuery({
    queryKey: ['open-tasks'],
    queryFn: ({ signal }) => listTasks({ status: ['queued', 'running', 'waiting', 'compensating'] }, { signal }),
    enabled: areSomeOpen,
    refetchInterval: LIST_EVERY_MS,
  });
  return useMemo(() => (data ? byRun(data.items) : NONE), [data]);
}

function byRun(tasks: readonly OpenTask[]) {
  const runs = new Map<string, OpenTask[]>();
  for (const task of tasks) {
    const known = runs.get(task.workflowId);
    if (known) known.push(task);
    else runs.set(task.workflowId, [task]);
  }
  return runs;
}
