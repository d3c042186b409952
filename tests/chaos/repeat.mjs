import { setTimeout as sleep } from 'node:timers/promises';

/** Does something again and again; `stop` resolves when it is done for the last time, and rejects as that did. */
export function repeat(pauseMs, work) {
  const stopping = new AbortController();
  const { signal } = stopping;
  const going = (async () => {
    while (!signal.aborted) {
      await work();
      await sleep(pauseMs(), undefined, { signal }).catch(() => undefined);
    }
  })();
  // It is looked at when it is stopped.
  going.catch(() => undefined);
  return {
    stop() {
      stopping.abort();
      return going;
    },
  };
}
