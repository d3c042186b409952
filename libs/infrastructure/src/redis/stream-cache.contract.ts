import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Commit, KeptStream, StreamCache, StreamKey } from '@orrery/application';
import { DEFAULT_NAMESPACE, type Namespace, type StreamId } from '@orrery/domain';

export interface StreamCacheHarness {
  readonly cache: StreamCache;
  /** Lets time pass for the cache, in milliseconds. */
  pass(ms: number): Promise<void>;
  /** Everything is gone. */
  clear(): Promise<void>;
  /** It cannot be reached, until it is told otherwise. */
  away(isAway: boolean): Promise<void>;
  close(): Promise<void>;
}

const KEY: StreamKey = { namespace: DEFAULT_NAMESPACE, stream: '01890a5d-ac96-774b-bcce-b302099a8057' as StreamId };

/** Commits of two events each, up to a version. */
export function someCommits(from: number, to: number, key = KEY): Commit[] {
  return Array.from({ length: (to - from) / 2 }, (_, index) => ({
    ...key,
    partition: 3,
    firstVersion: from + 2 * index + 1,
    lastVersion: from + 2 * index + 2,
    cursor: { transactionId: 2n ** 60n + BigInt(from), position: BigInt(from + index) },
    recordedAt: 1_700_000_000_000 + index,
    hash: Buffer.from('0123456789abcdef0123456789abcdef'),
    events: '[{"type":"SignalReceived","payload":"ünï\\n\u2028"},{"type":"WorkflowPaused"}]',
    metadata: '[{"n":2}]',
  }));
}

/** What all caches of streams keep to. */
export function streamCacheContract(name: string, open: () => Promise<StreamCacheHarness>): void {
  describe(name, () => {
    let harness: StreamCacheHarness;
    let cache: StreamCache;
    beforeEach(async () => {
      harness = await open();
      ({ cache } = harness);
    });
    afterEach(() => harness.close());

    const look = async (after = 0, key = KEY): Promise<KeptStream> => (await cache.look(key, after))!;
    const extend = async (
      from: number,
      to: number,
      more: { lookedAt?: number; freshMs?: number; key?: StreamKey } = {},
    ) => {
      const { key = KEY, freshMs = 60_000, lookedAt = (await look(0, key)).lookedAt } = more;
      cache.extend(key, { from, to, commits: someCommits(from, to, key), lookedAt, freshMs });
    };

    it('knows nothing of what nobody has told', async () => {
      expect(await look()).toEqual({ version: 0, isFresh: false, freshMs: 0, lookedAt: expect.any(Number) });
    });

    it('gives back what it was told, to the byte', async () => {
      await extend(0, 4);
      expect(await look()).toEqual({
        version: 4,
        isFresh: true,
        freshMs: 60_000,
        lookedAt: expect.any(Number),
        commits: someCommits(0, 4),
      });
    });

    it('tells who has come as far only that, and no commits', async () => {
      await extend(0, 4);
      expect(await look(4)).toMatchObject({ version: 4, isFresh: true });
      expect((await look(4)).commits).toBeUndefined();
      expect((await look(9)).commits).toBeUndefined();
      expect((await look(3)).commits).toHaveLength(2);
    });

    it('adds what follows on what it has, and nothing else', async () => {
      await extend(2, 4);
      expect((await look()).version).toBe(0);
      await extend(0, 4);
      await extend(4, 6);
      expect((await look()).commits).toEqual([...someCommits(0, 4), ...someCommits(4, 6)]);
      await extend(4, 8);
      await extend(8, 10);
      expect(await look()).toMatchObject({ version: 6 });
    });

    it('never goes back', async () => {
      await extend(0, 6);
      await extend(0, 4);
      expect((await look()).commits).toHaveLength(3);
    });

    it('is fresh for as long as it was told, from when it was looked at', async () => {
      await extend(0, 2, { freshMs: 200 });
      expect((await look()).isFresh).toBe(true);
      await harness.pass(250);
      expect(await look()).toMatchObject({ isFresh: false, version: 2, commits: someCommits(0, 2) });
    });

    it('is fresh again when nothing has come, and no longer than that', async () => {
      await extend(0, 2, { freshMs: 200 });
      await harness.pass(250);
      await extend(2, 2, { freshMs: 200 });
      expect(await look()).toMatchObject({ isFresh: true, commits: someCommits(0, 2) });
      await harness.pass(250);
      expect((await look()).isFresh).toBe(false);
    });

    it('is not fresh by what comes late, however it came to be late', async () => {
      const { lookedAt } = await look();
      await harness.pass(250);
      await extend(0, 2, { lookedAt, freshMs: 200 });
      expect(await look()).toMatchObject({ version: 2, isFresh: false });
      await extend(2, 2, { freshMs: 60_000 });
      await extend(0, 2, { lookedAt, freshMs: 200 });
      expect((await look()).isFresh).toBe(true);
    });

    it('does not believe its clock when that was set back', async () => {
      const { lookedAt } = await look();
      await extend(0, 2, { lookedAt: lookedAt + 3_600_000 });
      expect((await look()).isFresh).toBe(false);
    });

    it('gives up what it has of a stream that is marked, and what was read before comes too late', async () => {
      await extend(0, 4);
      cache.mark(KEY, 5);
      expect(await look()).toMatchObject({ version: 5, isFresh: false });
      expect((await look()).commits).toBeUndefined();
      await extend(0, 4);
      await extend(4, 4);
      expect(await look()).toMatchObject({ version: 5, isFresh: false });
      await extend(0, 6);
      expect(await look()).toMatchObject({ version: 6, isFresh: true, commits: someCommits(0, 6) });
    });

    it('keeps what is newer than a mark', async () => {
      await extend(0, 6);
      cache.mark(KEY, 6);
      expect(await look()).toMatchObject({ version: 6, isFresh: true });
    });

    it('keeps namespaces and streams apart', async () => {
      const other = { ...KEY, namespace: 'other' as Namespace };
      const another = { ...KEY, stream: '01890a5d-ac96-774b-bcce-b302099a8058' as StreamId };
      await extend(0, 2, { key: other });
      expect((await look()).version).toBe(0);
      expect((await look(0, another)).version).toBe(0);
      expect((await look(0, other)).commits).toEqual(someCommits(0, 2, other));
    });

    it('may lose everything', async () => {
      await extend(0, 2);
      expect((await look()).version).toBe(2);
      await harness.clear();
      expect((await look()).version).toBe(0);
      await extend(0, 2);
      expect((await look()).version).toBe(2);
    });

    it('has no answer while it is away, and no error', async () => {
      await extend(0, 2);
      await look();
      await harness.away(true);
      expect(await cache.look(KEY, 0)).toBeUndefined();
      cache.extend(KEY, { from: 2, to: 4, commits: someCommits(2, 4), lookedAt: 0, freshMs: 1 });
      cache.mark(KEY, 7);
      await harness.away(false);
      expect((await look()).version).not.toBe(7);
    });
  });
}
