import { hear } from './live-source.js';
import { paced } from './paced.js';

/** So many events are heard between two refreshes. Of more it is enough to know that there are more. */
const ENOUGH = 50;
const REFRESH_REST_MS = 1_000;
/** Lists follow the log a moment behind: after so long they have everything that was told. */
const LISTS_BEHIND_MS = 1_000;

/** Shows again what is on the page; resolves when that is done. */
type Refresh = () => Promise<unknown>;

const refreshes = new Set<Refresh>();
let end: (() => void) | undefined;
let heard = 0;

let later: ReturnType<typeof setTimeout> | undefined;

const refreshSoon = paced(async () => {
  heard = 0;
  await Promise.all([...refreshes].map((refresh) => refresh()));
  if (refreshes.size > 0) listen();
}, REFRESH_REST_MS);

function refreshLater(): void {
  clearTimeout(later);
  later = setTimeout(refreshSoon, LISTS_BEHIND_MS);
}

function listen(): void {
  end ??= hear({
    onBegin: refreshLater,
    onEvent: () => {
      heard += 1;
      // A busy server would tell thousands a second, of which nothing is shown; after the refresh it may tell again.
      if (heard > ENOUGH) silence();
      refreshSoon();
      refreshLater();
    },
  });
}

function silence(): void {
  end?.();
  end = undefined;
}

/** Refreshes whenever anything has happened, at most once a second. Whoever shows lists shares one subscription. */
export function onChanges(refresh: Refresh): () => void {
  refreshes.add(refresh);
  listen();
  return () => {
    refreshes.delete(refresh);
    if (refreshes.size === 0) silence();
  };
}
