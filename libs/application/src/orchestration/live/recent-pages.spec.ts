import { describe, expect, it } from '@jest/globals';
import type { Namespace, StreamId } from '@orrery/domain';
import type { Commit, Cursor, LogPage } from '../../kernel/ports/log.js';
import { RecentPages } from './recent-pages.js';

const at = (position: number): Cursor => ({ transactionId: 1n, position: BigInt(position) });

/** A log of so many commits of so many characters, which counts how often it is read. */
function logOf(many: number, characters = 2) {
  const commits = Array.from({ length: many }, (_, index): Commit => {
    const place = { namespace: 'default' as Namespace, stream: 'any' as StreamId, partition: 0 };
    const versions = { firstVersion: index + 1, lastVersion: index + 1, hash: new Uint8Array(32) };
    const texts = { events: 'x'.repeat(characters), metadata: '' };
    return { ...place, ...versions, ...texts, cursor: at(index + 1), recordedAt: 0 };
  });
  const log = {
    reads: 0,
    async read({ position }: Cursor, limit: number): Promise<LogPage> {
      log.reads++;
      const rest = commits.slice(Number(position));
      const some = rest.slice(0, limit);
      return { commits: some, next: some.at(-1)?.cursor ?? at(Number(position)), more: rest.length > some.length };
    },
  };
  return log;
}

/** The versions that stand in the log after a place, page by page. */
async function readOn(pages: RecentPages, from: Cursor & { version?: number }): Promise<readonly number[]> {
  const versions: number[] = [];
  for (let place: Cursor = from; ;) {
    const { commits, next, more } = await pages.read(place);
    versions.push(...commits.map(({ commit }) => commit.firstVersion));
    place = next;
    if (!more) return versions;
  }
}

const fromTo = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('The last pages of a log', () => {
  it('are read once, wherever somebody comes back', async () => {
    const log = logOf(700);
    const pages = new RecentPages(log);
    expect(await readOn(pages, at(0))).toEqual(fromTo(1, 700));
    const { reads } = log;
    expect(await readOn(pages, at(400))).toEqual(fromTo(401, 700));
    // Only to see whether something came since.
    expect(log.reads).toBe(reads + 1);
  });

  it('have a commit again that was told in part', async () => {
    const pages = new RecentPages(logOf(10));
    await readOn(pages, at(0));
    expect(await readOn(pages, { ...at(5), version: 1 })).toEqual(fromTo(5, 10));
  });

  it('are kept while there is room, and until nobody listens', async () => {
    const log = logOf(10, 8 * 1_048_576);
    const large = new RecentPages(log);
    await readOn(large, at(0));
    await readOn(large, at(0));
    expect(log.reads).toBe(2);
    const small = logOf(10);
    const pages = new RecentPages(small);
    await readOn(pages, at(0));
    pages.clear();
    expect(await readOn(pages, at(0))).toEqual(fromTo(1, 10));
    expect(small.reads).toBe(2);
  });
});
