import { describe, expect, it } from '@jest/globals';
import { DEFAULT_NAMESPACE, type StreamId } from '@orrery/domain';
import fc from 'fast-check';
import type { FollowedCommit } from '../../kernel/follow.js';
import type { EventName } from '../ports/event-exchange.js';
import { type News, askFirst, heardOf } from './news.js';

const nameOf = (letter: string): EventName => `default.workflow.${letter}`;
const newsOf = (stream: number, letters: Iterable<string>, version = 1): News => ({
  commit: {
    namespace: DEFAULT_NAMESPACE,
    stream: `0190d5a8-0000-7000-8000-00000000000${stream}` as StreamId,
    firstVersion: version,
  } as FollowedCommit,
  aggregate: 'workflow',
  names: new Set([...letters].map(nameOf)),
});

const anyNews = fc
  .array(fc.tuple(fc.nat(9), fc.uniqueArray(fc.constantFrom('A', 'B', 'C', 'D', 'E'), { minLength: 1 })), {
    maxLength: 40,
  })
  .map((drawn) => drawn.map(([stream, letters], index) => newsOf(stream, letters, index)));

const namesIn = (news: readonly News[]) => new Set(news.flatMap(({ names }) => [...names]));
const streamsIn = (news: readonly News[]) => new Set(news.map(({ commit }) => commit.stream));
const inLogOrder = (a: News, b: News) => a.commit.firstVersion - b.commit.firstVersion;

describe('what is told first', () => {
  it('has every name, by the beginnings of no more streams than there are names', () => {
    fc.assert(
      fc.property(anyNews, (news) => {
        const { first, others } = askFirst(news);
        expect(namesIn(first)).toEqual(namesIn(news));
        expect(streamsIn(first).size).toBeLessThanOrEqual(namesIn(news).size);
        expect([...first, ...others].toSorted(inLogOrder)).toEqual(news);
      }),
    );
  });

  it('and what is told then leave each stream in its order', () => {
    fc.assert(
      fc.property(anyNews, (news) => {
        const { first, others } = askFirst(news);
        const told = [...first, ...others];
        for (const stream of streamsIn(news)) {
          const ofStream = told.filter(({ commit }) => commit.stream === stream);
          expect(ofStream).toEqual(ofStream.toSorted(inLogOrder));
        }
      }),
    );
  });

  it('is one of many streams that tell the same', () => {
    const news = [0, 1, 2, 3].map((stream) => newsOf(stream, 'AB'));
    expect(askFirst(news)).toEqual({ first: news.slice(0, 1), others: news.slice(1) });
  });

  it('is no more of a stream than its names need', () => {
    const news = [newsOf(1, 'A', 1), newsOf(1, 'B', 2), newsOf(2, 'B', 3), newsOf(1, 'A', 4)];
    expect(askFirst(news)).toEqual({ first: [news[0], news[2]], others: [news[1], news[3]] });
  });
});

describe('what somebody hears', () => {
  const news = [newsOf(1, 'AB'), newsOf(2, 'B'), newsOf(3, 'AC')];

  it('is left of news, and news of which nobody hears anything are not', () => {
    expect(heardOf(news, new Set([nameOf('B')]))).toEqual([newsOf(1, 'A'), newsOf(3, 'AC')]);
  });

  it('is all of them where no name came back', () => {
    expect(heardOf(news, new Set())).toBe(news);
  });
});
