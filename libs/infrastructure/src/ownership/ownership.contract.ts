import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Ownership } from '@orrery/application';
import { until } from '../log/log.harness.js';

export interface OwnershipHarness {
  readonly ownership: Ownership;
  /** The session that holds the locks is lost; resolves when this was noticed. */
  loseSession(): Promise<void>;
  /** It may come back. */
  restoreSession(): Promise<void>;
  close(): Promise<void>;
}

const ALL = [0, 1, 2, 3, 4, 5, 6, 7];
export const PARTITION_COUNT = ALL.length;

const sorted = (partitions: ReadonlySet<number> | undefined) => [...(partitions ?? [])].sort((a, b) => a - b);

/** What ownership is, where one engine is alone. */
export function ownershipContract(name: string, open: () => Promise<OwnershipHarness>): void {
  describe(name, () => {
    let harness: OwnershipHarness;
    let ownership: Ownership;
    const told: (readonly number[])[] = [];
    beforeEach(async () => {
      told.length = 0;
      harness = await open();
      ({ ownership } = harness);
      await ownership.start((owned) => void told.push(sorted(owned)));
    });
    afterEach(async () => {
      await ownership.release();
      await harness.close();
    });

    it('owns everything as soon as it has started, and says so', async () => {
      expect(told).toEqual([ALL]);
      expect(sorted(ownership.owned())).toEqual(ALL);
      expect(ownership.trusted()).toBe(true);
      expect(await ownership.confirm()).toBe(true);
    });

    it('owns nothing from the moment its session is lost, and everything when it is back', async () => {
      await harness.loseSession();
      expect(told).toEqual([ALL, []]);
      expect(ownership.owned().size).toBe(0);
      expect(ownership.trusted()).toBe(false);
      expect(await ownership.confirm()).toBe(false);
      await harness.restoreSession();
      await until(() => ownership.owned().size === PARTITION_COUNT);
      expect(told).toEqual([ALL, [], ALL]);
      expect(await ownership.confirm()).toBe(true);
      expect(ownership.trusted()).toBe(true);
    });

    it('owns nothing after it was released, and releases twice without harm', async () => {
      await ownership.release();
      expect(told).toEqual([ALL, []]);
      expect(ownership.owned().size).toBe(0);
      await ownership.release();
      expect(told).toEqual([ALL, []]);
    });
  });
}
