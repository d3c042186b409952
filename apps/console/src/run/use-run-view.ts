import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { getAllTasks, getRun } from '../api/runs.js';
import { LIST_EVERY_MS } from '../live/live-source.js';
import { useRunEvents } from '../live/use-run-events.js';
import { foldRun } from '../model/run-fold.js';
import { hasEnded } from '../model/status.js';
import { type RunView, withPage } from './run-view.js';

/** How long the slider rests before the server is asked for that moment, in milliseconds. */
const REST_MS = 120;

/** A run at a version, or as it is now; undefined while it is on its way. */
export function useRunView(id: string, wanted: number | null) {
  const heard = useRunEvents(id);
  const now = useRunNow(id);
  const { events } = heard;
  const last = events.at(-1)?.version ?? 0;
  const isPast = wanted !== null && wanted < last;
  const version = isPast ? wanted : last;
  const plan = useTasks(id, now.data, events.filter(({ type }) => type === 'TaskExpanded').length);
  const page = usePast(id, isPast ? version : null);
  const shownVersion = useDeferredValue(version);
  const folded = useMemo(() => foldRun(plan, events, shownVersion), [plan, events, shownVersion]);
  useEndOfRun(id, folded.status, now.data?.status);
  const isHere = now.data !== undefined && heard.isLive && plan.length > 0;
  const told = isPast ? page : now.data;
  const view: RunView | undefined = isHere
    ? {
        id,
        now: now.data,
        page: told?.version === folded.version ? told : undefined,
        shown: withPage(folded, told),
        events,
        version: shownVersion,
        last,
        isPast,
        at: isPast ? Date.parse(events[version - 1]!.at) : Date.now(),
      }
    : undefined;
  return { view, error: now.error ?? heard.error, refetch: () => void now.refetch() };
}

function useRunNow(id: string) {
  return useQuery({
    queryKey: ['run', id, 'now'],
    queryFn: ({ signal }) => getRun(id, { signal }),
    refetchInterval: ({ state }) => (state.data && hasEnded(state.data.status) ? false : LIST_EVERY_MS),
  });
}

const NO_TASKS = [] as const;

/** All tasks; asked for again when a list has become many. */
function useTasks(id: string, now: { readonly tasksCursor: string | null } | undefined, lists: number) {
  const { data } = useQuery({
    queryKey: ['run', id, 'tasks', lists],
    queryFn: ({ signal }) => getAllTasks(id, signal),
    enabled: now !== undefined,
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
  return data ?? NO_TASKS;
}

/** What the server says of a moment, once the slider rests there. */
function usePast(id: string, version: number | null) {
  const [rested, setRested] = useState(version);
  useEffect(() => {
    const timer = setTimeout(() => setRested(version), REST_MS);
    return () => clearTimeout(timer);
  }, [version]);
  const { data } = useQuery({
    queryKey: ['run', id, 'at', rested],
    queryFn: ({ signal }) => getRun(id, { atVersion: rested!, signal }),
    enabled: rested !== null,
    staleTime: Infinity,
  });
  return data;
}

/** The events tell of an end before the next look would. */
function useEndOfRun(id: string, folded: string, told: string | undefined): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (told !== undefined && folded !== told) void queries.invalidateQueries({ queryKey: ['run', id, 'now'] });
    // Only where the events have changed what is known.
  }, [queries, id, folded]);
}
