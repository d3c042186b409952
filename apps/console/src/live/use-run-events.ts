import { useEffect, useState } from 'react';
import type { RunEvent } from '../api/types.js';
import { followRun } from './follow-run.js';

export interface RunEvents {
  readonly events: readonly RunEvent[];
  /** Whether everything there was has come. */
  readonly isLive: boolean;
  readonly error: unknown;
}

const NONE: RunEvents = { events: [], isLive: false, error: null };
/** Events that come faster are shown together, at most so often: four times a second. */
const GATHER_MS = 250;

/** All events of a run, and those that come. */
export function useRunEvents(id: string): RunEvents {
  const [seen, setSeen] = useState(NONE);
  useEffect(() => {
    setSeen(NONE);
    let gathered: readonly RunEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isLive = false;
    const show = () => {
      timer = undefined;
      const more = gathered;
      gathered = [];
      setSeen(({ events }) => ({ events: more.length > 0 ? [...events, ...more] : events, isLive, error: null }));
    };
    const onEvents = (events: readonly RunEvent[], live: boolean) => {
      gathered = [...gathered, ...events];
      const wait = isLive ? GATHER_MS : 0;
      isLive = live;
      timer ??= setTimeout(show, wait);
    };
    const onError = (error: unknown) => setSeen((before) => ({ ...before, error }));
    const stop = followRun(id, { onEvents, onError });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [id]);
  return seen;
}
