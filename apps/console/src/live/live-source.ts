import { getEvents } from '../api/runs.js';
import type { RunEvent } from '../api/types.js';

// The one place that knows how the console hears of what happens: today it asks, by long polls and by looking again.

/** How often a list is looked at again, in milliseconds. */
export const LIST_EVERY_MS = 2_000;
/** The same of what changes seldom. */
export const SLOW_EVERY_MS = 5_000;

const WAIT_MS = 25_000;
const AGAIN_MS = 2_000;

/** How far behind the log the last thing heard was when it was heard, in milliseconds; undefined: not connected. */
type Lag = number | undefined;

let lag: Lag = 0;
const listeners = new Set<() => void>();

/** Notes that the server answered, or that it did not. */
export function heard(next: Lag): void {
  if (next === lag) return;
  lag = next;
  for (const listener of listeners) listener();
}

export const currentLag = (): Lag => lag;

export function onLag(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export interface Following {
  /** The version after which events are wanted. */
  readonly after: number;
  /** Events in their order, without gap or repeat; `isLive` once everything that there was has come. */
  readonly onEvents: (events: readonly RunEvent[], isLive: boolean) => void;
  readonly onError: (error: unknown) => void;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Follows the events of a run until it is told to stop: first what there is, then what comes. */
export function followRun(id: string, { after, onEvents, onError }: Following): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const follow = async () => {
    let at: Followed = { version: after, isLive: false };
    while (!signal.aborted) {
      try {
        at = await step(id, at, { signal, onEvents });
      } catch (error) {
        if (signal.aborted) return;
        heard(undefined);
        onError(error);
        await pause(AGAIN_MS, signal);
      }
    }
  };
  void follow();
  return () => stop.abort();
}

interface Followed {
  readonly version: number;
  readonly isLive: boolean;
}

type Step = Pick<Following, 'onEvents'> & { readonly signal: AbortSignal };

const PAGE = 1_000;

/** Takes the next events, or waits for some. */
async function step(id: string, { version, isLive }: Followed, { signal, onEvents }: Step): Promise<Followed> {
  const asked = Date.now();
  const { items } = await getEvents(id, { after: version, waitMs: isLive ? WAIT_MS : undefined, signal });
  const last = items.at(-1);
  const isNew = isLive && last !== undefined && Date.parse(last.at) > asked;
  heard(isNew ? Math.max(0, Date.now() - Date.parse(last.at)) : 0);
  const next = { version: last?.version ?? version, isLive: isLive || items.length < PAGE };
  onEvents(items, next.isLive);
  // A run that has ended is answered at once, though nothing is new; it may be tried again, but seldom is.
  if (isLive && items.length === 0) await pause(LIST_EVERY_MS, signal);
  return next;
}
