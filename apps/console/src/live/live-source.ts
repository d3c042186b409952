import { seePosition } from '../api/request.js';
import { Feed, type FeedState, type Listener } from './feed.js';
import { paced } from './paced.js';
import { serverTime } from './server-time.js';

// The one place that knows how the console hears of what happens: by the live feed, and by asking while there is none.

/** How often a list is asked for while nobody tells of changes, in milliseconds. */
export const LIST_EVERY_MS = 2_000;
/** The same of what changes seldom. */
export const SLOW_EVERY_MS = 5_000;

/** How the page hears of what happens. */
export interface Link {
  /** `asking`: the feed cannot be had, but questions are answered. */
  readonly state: FeedState | 'asking';
  /** How long ago the last event had happened when it was told, in milliseconds. */
  readonly lagMs: number;
}

const LAG_TOLD_EVERY_MS = 500;

let link: Link = { state: 'opening', lagMs: 0 };
const listeners = new Set<() => void>();

const tellLink = () => {
  for (const listener of listeners) listener();
};
const tellLag = paced(async () => tellLink(), LAG_TOLD_EVERY_MS);

function become(state: Link['state']): void {
  if (state === link.state) return;
  link = { state, lagMs: 0 };
  tellLink();
}

const feed = new Feed(`${location.origin.replace(/^http/, 'ws')}/api/v1/ws`, become);

export const currentLink = (): Link => link;

export function onLink(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Notes that a question was answered, or that nobody was there; while the feed is up, it knows better. */
export function noteAnswer(isAnswered: boolean): void {
  if (link.state === 'down' && isAnswered) become('asking');
  if (link.state === 'asking' && !isAnswered) become('down');
}

/** Tells a listener what happens, while and whenever there is a connection. */
export function hear(listener: Listener): () => void {
  const onEvent: Listener['onEvent'] = (event) => {
    seePosition(event.position);
    link = { ...link, lagMs: Math.max(0, Math.round(serverTime() - Date.parse(event.at))) };
    tellLag();
    listener.onEvent(event);
  };
  return feed.add({ ...listener, onEvent });
}

/** Nothing is told to a window that nobody sees. */
const follow = () => (document.hidden ? feed.close() : feed.open());

/** Begins to follow what happens. */
export function startHearing(): void {
  document.addEventListener('visibilitychange', follow);
  addEventListener('online', follow);
  follow();
}
