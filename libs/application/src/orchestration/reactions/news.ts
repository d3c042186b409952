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
 * What has every name in it, by the beginnings of a few streams, and all the rest. A stream goes on only where it has begun, so
 * that each is told in its order.
 */
export function askFirst(news: readonly News[]): { readonly first: readonly News[]; readonly others: readonly News[] } {
  const depths = depthsOf(news);
  // Of each name, where it stands nearest to the beginning of its stream.
  const nearest = new Map<EventName, { readonly stream: string; readonly depth: number }>();
  for (const [index, { commit, names }] of news.entries()) {
    const depth = depths[index]!;
    for (const name of names)
      if (depth < (nearest.get(name)?.depth ?? Infinity)) nearest.set(name, { stream: keyOf(commit), depth });
  }
  const upTo = new Map<string, number>();
  for (const { stream, depth } of nearest.values()) upTo.set(stream, Math.max(depth, upTo.get(stream) ?? 0));
  const isFirst = ({ commit }: News, index: number) => depths[index]! <= (upTo.get(keyOf(commit)) ?? -1);
  return { first: news.filter(isFirst), others: news.filter((each, index) => !isFirst(each, index)) };
}

/** How many of its stream stand before each. */
function depthsOf(news: readonly News[]): readonly number[] {
  const counts = new Map<string, number>();
  return news.map(({ commit }) => {
    const stream = keyOf(commit);
    const depth = counts.get(stream) ?? 0;
    counts.set(stream, depth + 1);
    return depth;
  });
}

/** What of them somebody hears. */
export function heardOf(news: readonly News[], unheard: ReadonlySet<EventName>): readonly News[] {
  if (unheard.size === 0) return news;
  return news
    .map((each) => ({ ...each, names: new Set([...each.names].filter((name) => !unheard.has(name))) }))
    .filter(({ names }) => names.size > 0);
}
