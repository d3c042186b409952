import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Checkpoints, type Cursor, START } from '@orrery/application';

export interface CheckpointsHarness {
  readonly checkpoints: Checkpoints;
  close(): Promise<void>;
}

const at = (transactionId: number, position: number): Cursor => ({
  transactionId: BigInt(transactionId),
  position: BigInt(position),
});
const BEYOND_32_BITS: Cursor = { transactionId: 2n ** 40n + 7n, position: 2n ** 60n + 3n };

/** What all checkpoints keep to. */
export function checkpointsContract(name: string, open: () => Promise<CheckpointsHarness>): void {
  describe(name, () => {
    let harness: CheckpointsHarness;
    let checkpoints: Checkpoints;
    beforeEach(async () => {
      harness = await open();
      checkpoints = harness.checkpoints;
    });
    afterEach(() => harness.close());

    it('stands at the start where nothing was ever read', async () => {
      expect(await checkpoints.load('runs', [0, 3])).toEqual(new Map([0, 3].map((partition) => [partition, START])));
    });

    it('moves, partition by partition and follower by follower', async () => {
      expect(await checkpoints.move('runs', [{ partition: 1, from: START, to: at(5, 7) }])).toBe(true);
      expect(await checkpoints.move('runs', [{ partition: 1, from: at(5, 7), to: BEYOND_32_BITS }])).toBe(true);
      expect(await checkpoints.load('runs', [1, 2])).toEqual(
        new Map([
          [1, BEYOND_32_BITS],
          [2, START],
        ]),
      );
      expect(await checkpoints.load('tasks', [1])).toEqual(new Map([[1, START]]));
    });

    it('does not move from where it does not stand', async () => {
      await checkpoints.move('runs', [{ partition: 1, from: START, to: at(5, 7) }]);
      expect(await checkpoints.move('runs', [{ partition: 1, from: at(5, 6), to: at(6, 9) }])).toBe(false);
      expect(await checkpoints.move('runs', [{ partition: 1, from: START, to: at(6, 9) }])).toBe(false);
      expect(await checkpoints.load('runs', [1])).toEqual(new Map([[1, at(5, 7)]]));
    });

    it('moves all or none', async () => {
      await checkpoints.move('runs', [{ partition: 2, from: START, to: at(5, 7) }]);
      const moves = [0, 1, 2].map((partition) => ({ partition, from: START, to: at(6, 9) }));
      expect(await checkpoints.move('runs', moves)).toBe(false);
      expect([...(await checkpoints.load('runs', [0, 1, 2])).values()]).toEqual([START, START, at(5, 7)]);
    });

    it('lets one of many win who move from the same place', async () => {
      for (const from of [START, at(5, 7)]) {
        const moves = [3, 1].map((partition) => ({ partition, from, to: from === START ? at(5, 7) : at(6, 9) }));
        const outcomes = await Promise.all(Array.from({ length: 8 }, () => checkpoints.move('runs', moves)));
        expect(outcomes.filter(Boolean)).toHaveLength(1);
      }
      expect([...(await checkpoints.load('runs', [1, 3])).values()]).toEqual([at(6, 9), at(6, 9)]);
    });

    it('tells the place that every follower has passed', async () => {
      expect(await checkpoints.passedByAll([1, 2])).toEqual(new Map());
      const to = (cursor: Cursor) => ({ partition: 1, from: START, to: cursor });
      await checkpoints.move('runs', [to(at(9, 1)), { partition: 2, from: START, to: BEYOND_32_BITS }]);
      await checkpoints.move('tasks', [to(at(5, 7))]);
      await checkpoints.move('feed', [to(at(5, 8))]);
      expect(await checkpoints.passedByAll([1, 2, 3])).toEqual(
        new Map([
          [1, at(5, 7)],
          [2, BEYOND_32_BITS],
        ]),
      );
      expect(await checkpoints.passedByAll([])).toEqual(new Map());
    });

    it('moves nothing when asked for nothing', async () => {
      expect(await checkpoints.move('runs', [])).toBe(true);
    });
  });
}
