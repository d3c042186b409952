import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Snapshot, type Snapshots, keyOf } from '@orrery/application';
import { DEFAULT_NAMESPACE, type Namespace, type StreamId } from '@orrery/domain';

export interface SnapshotsHarness {
  readonly snapshots: Snapshots;
  close(): Promise<void>;
}

function snapshot(shape: Partial<Snapshot> = {}): Snapshot {
  return {
    namespace: DEFAULT_NAMESPACE,
    stream: randomUUID() as StreamId,
    version: 500,
    schema: 'workflow/1/abc',
    state: JSON.stringify({ text: 'ünï "quoted" \\ \u0000', tasks: [1, null, { a: [] }] }),
    hash: Uint8Array.from(randomBytes(32)),
    ...shape,
  };
}

/** What all snapshots keep to. */
export function snapshotsContract(name: string, open: () => Promise<SnapshotsHarness>): void {
  describe(name, () => {
    let harness: SnapshotsHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    const load = async (...keys: Snapshot[]) => {
      const found = await harness.snapshots.load(keys);
      return keys
        .map((key) => found.get(keyOf(key)))
        .map((each) => each && { ...each, hash: Uint8Array.from(each.hash) });
    };

    it('keeps a state as it was, and knows nothing of other streams', async () => {
      const [one, other, none] = [snapshot(), snapshot(), snapshot()];
      await harness.snapshots.save([one, other]);
      expect(await load(one, other, none)).toEqual([one, other, undefined]);
      expect((await harness.snapshots.load([])).size).toBe(0);
    });

    it('keeps two namespaces apart', async () => {
      const mine = snapshot({ namespace: 'mine' as Namespace });
      const theirs = { ...mine, namespace: 'theirs' as Namespace };
      await harness.snapshots.save([mine]);
      expect(await load(mine, theirs)).toEqual([mine, undefined]);
    });

    it('keeps the newer one, whichever comes last', async () => {
      const old = snapshot();
      const newer = { ...old, version: 900, state: '{"newer":true}' };
      for (const each of [old, newer, old, { ...newer, state: '{"same":"version"}' }]) {
        await harness.snapshots.save([each]);
      }
      expect(await load(old)).toEqual([newer]);
    });

    it('keeps the newest of several that are saved together', async () => {
      const old = snapshot();
      const newer = { ...old, version: 501 };
      await harness.snapshots.save([old, newer, { ...old, version: 499 }]);
      expect(await load(old)).toEqual([newer]);
    });

    it('replaces one of the same version when the code’s schema has changed', async () => {
      const old = snapshot();
      const upgraded = { ...old, schema: 'workflow/2/abc', state: '{"v":2}' };
      await harness.snapshots.save([old]);
      await harness.snapshots.save([upgraded]);
      expect(await load(old)).toEqual([upgraded]);
    });

    it('removes those of these streams, and no others', async () => {
      const [one, other] = [snapshot(), snapshot()];
      const elsewhere = { ...one, namespace: 'elsewhere' as Namespace };
      await harness.snapshots.save([one, other, elsewhere]);
      await harness.snapshots.remove([one, snapshot()]);
      await harness.snapshots.remove([]);
      expect(await load(one, other, elsewhere)).toEqual([undefined, other, elsewhere]);
    });

    it('saves nothing when given nothing', async () => {
      await expect(harness.snapshots.save([])).resolves.toBeUndefined();
    });
  });
}
