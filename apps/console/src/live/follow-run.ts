import { getEvents } from '../api/runs.js';
import type { RunEvent } from '../api/types.js';
import { LIST_EVERY_MS, currentLink, hear } from './live-source.js';

export interface Following {
  /** Events in their order, without gap or repeat; `isWhole` once everything that there was has come. */
  readonly onEvents: (events: readonly RunEvent[], isWhole: boolean) => void;
  readonly onError: (error: unknown) => void;
}

const PAGE = 1_000;

/**
 * Follows the events of a run until it is told to stop: first what there is, then what is told. Versions have no gaps:
 * where one is missing, because a connection was lost or for whatever reason, it is asked for.
 */
export function followRun(id: string, { onEvents, onError }: Following): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  let version = 0;
  let [isReading, isWanted] = [false, false];

  const take = (events: readonly RunEvent[], isWhole: boolean) => {
    version = events.at(-1)?.version ?? version;
    onEvents(events, isWhole);
  };
  const readOn = async () => {
    const { items } = await getEvents(id, { after: version, signal });
    if (items.length === PAGE) isWanted = true;
    take(items, items.length < PAGE);
  };
  const read = async () => {
    isWanted = true;
    if (isReading) return;
    isReading = true;
    try {
      while (isWanted && !signal.aborted) {
        isWanted = false;
        await readOn();
      }
    } catch (error) {
      // It stays wanted, and is asked for again in a while.
      isWanted = true;
      if (!signal.aborted) onError(error);
    }
    isReading = false;
  };

  const end = hear({
    workflow: id,
    onBegin: () => void read(),
    onEvent: (event) => {
      if (event.version === version + 1 && !isReading) take([event], true);
      else if (event.version > version) void read();
    },
  });
  const timer = setInterval(() => {
    if (!document.hidden && (isWanted || currentLink().state !== 'up')) void read();
  }, LIST_EVERY_MS);
  void read();
  return () => {
    stop.abort();
    clearInterval(timer);
    end();
  };
}
