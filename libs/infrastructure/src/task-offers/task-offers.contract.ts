import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { HandedTask, TaskOffer, TaskOffers } from '@orrery/application';
import { DEFAULT_NAMESPACE, type StreamId, taskId } from '@orrery/domain';
import { until } from '../log/log.harness.js';

/** The offers of three processes over one database, of which one can end without a word. */
export interface OffersHarness {
  readonly owner: TaskOffers;
  readonly other: TaskOffers;
  readonly mortal: TaskOffers;
  /** The third process is gone. */
  die(): Promise<void>;
  close(): Promise<void>;
}

const workflow = '5eed0002-0000-4000-8000-000000000001' as StreamId;
const namespace = DEFAULT_NAMESPACE;
const address = (ordinal: number, attempt = 1) => ({ namespace, workflow, ordinal, attempt });

function offerOf(ordinal: number, more: Partial<TaskOffer> = {}): TaskOffer {
  const leaseToken = `1.token-${ordinal}`;
  const task: HandedTask = {
    ...{ id: taskId(workflow, ordinal), namespace, workflowId: workflow, ordinal, leaseToken },
    ...{ key: `k${ordinal}`, type: 'ship', attempt: 1, maxAttempts: 3, compensation: false },
    ...{ input: { "it's": ['"', null] }, deadline: null, heartbeatMs: null, idempotencyKey: 'i', trace: null },
  };
  return { ...address(ordinal), partition: ordinal % 2, type: 'ship', leaseToken, task, ...more };
}

/** What every table of offers keeps to. */
export function taskOffersContract(name: string, open: () => Promise<OffersHarness>): void {
  describe(name, () => {
    let harness: OffersHarness;
    let owner: TaskOffers;
    let other: TaskOffers;
    beforeEach(async () => {
      harness = await open();
      ({ owner, other } = harness);
    });
    afterEach(() => harness.close());

    it('knows from which queues others take, that are alive', async () => {
      await owner.declare(['default/mine']);
      await other.declare(['default/ship', 'default/charge']);
      await harness.mortal.declare(['default/gone']);
      expect(await owner.takers()).toEqual(new Set(['default/ship', 'default/charge', 'default/gone']));
      await harness.die();
      await other.declare(['default/ship']);
      await until(async () => (await owner.takers()).size === 1);
      expect(await owner.takers()).toEqual(new Set(['default/ship']));
    });

    it('hands each offer to one process, the longest ago first', async () => {
      const offers = [0, 1, 2, 3].map((ordinal) => offerOf(ordinal));
      await owner.offer(offers);
      await owner.offer([offerOf(4, { type: 'wrap' })]);
      expect(await other.take(['default/ship'], 2)).toEqual([offers[0]!.task, offers[1]!.task]);
      const rest = await Promise.all([other.take(['default/ship'], 9), harness.mortal.take(['default/ship'], 9)]);
      expect(rest.flat().length).toBeLessThanOrEqual(2);
      await other.take(['default/ship'], 9);
      expect((await owner.of([0, 1])).map(({ ordinal, holder }) => [ordinal, holder === 'nobody'])).toEqual([
        [0, false],
        [1, false],
        [2, false],
        [3, false],
        [4, true],
      ]);
    });

    it('tells who holds what, in which partitions', async () => {
      await owner.declare([]);
      await other.declare([]);
      await harness.mortal.declare([]);
      await owner.offer([offerOf(0), offerOf(2, { task: null }), offerOf(3)]);
      await other.take(['default/ship'], 1);
      const { task: _task, ...first } = offerOf(0);
      expect(await owner.of([0])).toEqual([
        { ...first, holder: 'another', cancelled: false },
        expect.objectContaining({ ordinal: 2, holder: 'this process' }),
      ]);
      expect((await other.of([0])).map(({ holder }) => holder)).toEqual(['this process', 'another']);
      expect((await other.held()).map(({ ordinal }) => ordinal)).toEqual([0]);
      await harness.mortal.take(['default/ship'], 1);
      await harness.die();
      await until(async () => (await owner.of([1]))[0]?.holder === 'one that is gone');
      // What it still said arrives late, and does not bring it back.
      await harness.mortal.declare(['default/ship']);
      expect(await owner.of([1])).toEqual([expect.objectContaining({ holder: 'one that is gone' })]);
      expect(await owner.takers()).toEqual(new Set());
    });

    it('takes back only what nobody holds', async () => {
      await owner.offer([offerOf(0), offerOf(1)]);
      await other.take(['default/ship'], 1);
      expect(await owner.withdraw([address(0), address(1)])).toEqual([address(1)]);
      expect((await owner.of([0, 1])).map(({ ordinal }) => ordinal)).toEqual([0]);
    });

    it('offers anew what is put back by whoever holds it', async () => {
      await owner.offer([offerOf(0), offerOf(1), offerOf(2)]);
      await other.take(['default/ship'], 2);
      await other.putBack([address(0), address(1, 2), address(2)]);
      await owner.offer([offerOf(3, { task: null })]);
      await owner.putBack([address(1), address(3)]);
      expect((await owner.held()).map(({ ordinal }) => ordinal)).toEqual([3]);
      expect((await other.held()).map(({ ordinal }) => ordinal)).toEqual([1]);
      expect(await other.take(['default/ship'], 9)).toEqual([offerOf(0).task, offerOf(2).task]);
    });

    it('lets whoever holds an attempt know that it may end', async () => {
      await owner.offer([offerOf(0), offerOf(1)]);
      await other.take(['default/ship'], 2);
      await owner.cancel([address(0)]);
      await owner.remove([address(1)]);
      expect(await other.held()).toEqual([expect.objectContaining({ ordinal: 0, cancelled: true })]);
      await owner.cancel([address(1)]);
    });

    it('keeps the newest attempt of a task only', async () => {
      await owner.offer([offerOf(0)]);
      await other.take(['default/ship'], 1);
      await owner.cancel([address(0)]);
      await owner.offer([offerOf(0, { attempt: 2, leaseToken: '2.token' })]);
      expect(await owner.of([0])).toEqual([
        expect.objectContaining({ attempt: 2, leaseToken: '2.token', holder: 'nobody', cancelled: false }),
      ]);
      await owner.remove([address(0)]);
      expect(await owner.withdraw([address(0)])).toEqual([]);
      await owner.remove([address(0, 2)]);
      expect(await owner.of([0])).toEqual([]);
    });

    it('tells others when something is offered, and not of what is in hands', async () => {
      let told = 0;
      const unlisten = await other.listen(() => (told += 1));
      await owner.offer([offerOf(0, { task: null })]);
      await owner.offer([offerOf(1)]);
      await until(() => told > 0);
      expect(told).toBe(1);
      await unlisten();
    });
  });
}
