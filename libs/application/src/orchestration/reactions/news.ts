import type { FollowedCommit } from '../../kernel/follow.js';
import { keyOf } from '../../kernel/ports/log.js';
import type { EventName } from '../ports/event-exchange.js';
import type { StreamKind } from '../stream-kinds.js';

/** A commit that has something to tell. */
export interface News {
  readonly commit: FollowedCommit;
  readonly aggregate: StreamKind;
  /** Of those of its events that are told. */
  readonly names: ReadonlySet<EventName>;
}

/**
 * The news of a few streams that have every name between them, and those of all others. Streams stay whole, so that each is
 * told in its order whichever goes first.
 */
export function askFirst(news: readonly News[]): { readonly first: readonly News[]; readonly others: readonly News[] } {
  const asked = new Set<EventName>();
  const streams = new Set<string>();
  for (const { commit, names } of news) {
    const isNew = [...names].some((name) => !asked.has(name));
    if (isNew) streams.add(keyOf(commit));
    for (const name of names) asked.add(name);
  }
  const isFirst = ({ commit }: News) => streams.has(keyOf(commit));
  return { first: news.filter(isFirst), others: news.filter((each) => !isFirst(each)) };
}

/** What of them somebody hears. */
export function heardOf(news: readonly News[], unheard: ReadonlySet<EventName>): readonly News[] {
  if (unheard.size === 0) return news;
  return news
    .map((each) => ({ ...each, names: new Set([...each.names].filter((name) => !unheard.has(name))) }))
    .filter(({ names }) => names.size > 0);
}
