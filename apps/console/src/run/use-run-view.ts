import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { getAllTasks, getRun } from '../api/runs.js';
import type { Run, RunEvent } from '../api/types.js';
import { LIST_EVERY_MS } from '../live/live-source.js';
import { paced } from '../live/paced.js';
import { useIsTold } from '../live/use-link.js';
import { useRunEvents } from '../live/use-run-events.js';
import { type FoldedRun, foldRun } from '../model/run-fold.js';
import { hasEnded } from '../model/status.js';
import { useLastError } from '../parts/use-last-error.js';
import { type RunView, withPage } from './run-view.js';

/** How long the slider rests before the server is asked for that moment, in milliseconds. */
const REST_MS = 120;
/** The page is asked for at most once in so long while the run moves, in milliseconds. */
const NOW_REST_MS = 1_000;
/** Why a run waits depends on workers, too, of whom no event tells. */
const WAITING_EVERY_MS = 10_000;

/** A run at a version, or as it is now; undefined while it is on its way. */
export function useRunView(id: string, wanted: number | null) {
  const heard = useRunEvents(id);
  const { events } = heard;
  const last = events.at(-1)?.version ?? 0;
  const now = useRunNow(id, last);
  const isPast = (wanted ?? last) < last;
  const version = isPast ? wanted! : last;
  const plan = useTasks(id, now.data, events.filter(({ type }) => type === 'TaskExpanded').length);
  const page = usePast(id, isPast ? version : null);
  const shownVersion = useDeferredValue(version);
  const folded = useMemo(() => foldRun(plan, events, shownVersion), [plan, events, shownVersion]);
  // What is shown follows the hand as fast as it can: for a moment it may be of another version.
  const at = { version: shownVersion, last, isPast: shownVersion < last };
  const view = heard.isLive ? viewOf({ now: now.data, page, folded, events }, at) : undefined;
  const error = useLastError(now) ?? heard.error;
  return { view, error, refetch: () => void now.refetch() };
}

interface Known {
  readonly now: Run | undefined;
  /** What the server says of the moment that is shown, or of one shown before. */
  readonly page: Run | undefined;
  readonly folded: FoldedRun;
  readonly events: readonly RunEvent[];
}

type Moment = Pick<RunView, 'version' | 'last' | 'isPast'>;

function viewOf({ now, page: asked, folded, events }: Known, at: Moment): RunView | undefined {
  if (!now || folded.tasks.length === 0 || at.version === 0) return undefined;
  const told = at.isPast ? asked : now;
  const page = told?.version === folded.version ? told : undefined;
  const moment = at.isPast ? Date.parse(events[at.version - 1]!.at) : Date.now();
  return { id: now.id, now, page, shown: withPage(folded, page), events, ...at, at: moment };
}

/** The run as the server tells it now: asked for again when events have come, and while it is open. */
function useRunNow(id: string, last: number) {
  const queries = useQueryClient();
  const everyMs = useIsTold() ? WAITING_EVERY_MS : LIST_EVERY_MS;
  const refresh = useMemo(
    () => paced(() => queries.invalidateQueries({ queryKey: ['run', id, 'now'] }), NOW_REST_MS),
    [queries, id],
  );
  const now = useQuery({
    queryKey: ['run', id, 'now'],
    queryFn: ({ signal }) => getRun(id, { signal }),
    refetchInterval: ({ state }) => (state.data && hasEnded(state.data.status) ? false : everyMs),
  });
  const isOld = now.data !== undefined && now.data.version < last;
  useEffect(() => {
    if (isOld) refresh();
  }, [isOld, last, refresh]);
  return now;
}

const NO_TASKS = [] as const;

/** All tasks; asked for again when a list has become many. */
function useTasks(id: string, now: Run | undefined, lists: number) {
  const { data } = useQuery({
    queryKey: ['run', id, 'tasks', lists],
    // Where lists have become many since, the page that is known does not have their items.
    queryFn: async ({ signal }) => getAllTasks(lists === 0 ? now! : await getRun(id, { signal }), signal),
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
