import { describe, expect, it } from '@jest/globals';
import { type HandedTask, type TaskOffer, partitionOf } from '@orrery/application';
import { DEFAULT_NAMESPACE, type StreamId, taskId } from '@orrery/domain';
import { MemoryOfferTable, MemoryTaskOffers } from '../task-offers/memory-task-offers.js';
import { ShardedTaskOffers } from './sharded-task-offers.js';

const PARTITIONS = 2;
const namespace = DEFAULT_NAMESPACE;
const runs = Array.from({ length: 20 }, (_, n) => `5eed0002-0000-4000-8000-0000000000${n + 10}` as StreamId);

function offerOf(workflow: StreamId): TaskOffer {
  const address = { namespace, workflow, ordinal: 0, attempt: 1 };
  const task: HandedTask = {
    ...{ id: taskId(workflow, 0), namespace, workflowId: workflow, ordinal: 0, leaseToken: '1.a', key: 'k' },
    ...{ type: 'ship', attempt: 1, maxAttempts: 3, compensation: false, input: null, deadline: null },
    ...{ heartbeatMs: null, idempotencyKey: 'i', trace: null },
  };
  return { ...address, partition: partitionOf(workflow, PARTITIONS), type: 'ship', leaseToken: '1.a', task };
}

/** Two processes over two databases. */
function opened() {
  const tables = [new MemoryOfferTable(), new MemoryOfferTable()];
  const of = (engine: string) => {
    const shards = tables.map((table, n) => ({ partitions: new Set([n]), port: new MemoryTaskOffers(table, engine) }));
    return new ShardedTaskOffers(shards, PARTITIONS);
  };
  return { tables, owner: of('owner'), other: of('other') };
}

describe('Offers over several databases', () => {
  it('stand with their runs, and are taken from all of them, but never more than are wanted', async () => {
    const { tables, owner, other } = opened();
    await owner.offer(runs.map(offerOf));
    for (const [n, { offers }] of tables.entries()) {
      expect(offers.size).toBeGreaterThan(0);
      expect([...offers.values()].every(({ partition }) => partition === n)).toBe(true);
    }
    const first = await other.take(['default/ship'], 3);
    expect(first).toHaveLength(3);
    const rest = await other.take(['default/ship'], 100);
    expect(new Set([...first, ...rest].map(({ workflowId }) => workflowId))).toEqual(new Set(runs));
    expect(await other.held()).toHaveLength(20);
  });

  it('are asked for in each of them in turn', async () => {
    const { owner, other } = opened();
    await owner.offer(runs.map(offerOf));
    const taken = [...(await other.take(['default/ship'], 1)), ...(await other.take(['default/ship'], 1))];
    expect(new Set(taken.map(({ workflowId }) => partitionOf(workflowId, PARTITIONS))).size).toBe(2);
  });

  it('are listened for in all of them or in none: who asks again shall not listen twice', async () => {
    let listening = 0;
    class There extends MemoryTaskOffers {
      override async listen(): Promise<() => Promise<void>> {
        listening += 1;
        return async () => void (listening -= 1);
      }
    }
    class Away extends MemoryTaskOffers {
      override listen(): Promise<never> {
        return Promise.reject(new Error('away'));
      }
    }
    const ports = [new There(new MemoryOfferTable(), 'a'), new Away(new MemoryOfferTable(), 'a')];
    const offers = new ShardedTaskOffers(
      ports.map((port, n) => ({ partitions: new Set([n]), port })),
      PARTITIONS,
    );
    await expect(offers.listen(() => undefined)).rejects.toThrow('away');
    expect(listening).toBe(0);
  });

  it('are taken where one of the databases is away', async () => {
    const { tables, owner } = opened();
    await owner.offer(runs.map(offerOf));
    class Away extends MemoryTaskOffers {
      override take(): Promise<never> {
        return Promise.reject(new Error('away'));
      }
      override takers(): Promise<never> {
        return Promise.reject(new Error('away'));
      }
    }
    const there = new MemoryTaskOffers(tables[1], 'another');
    const shards = [new Away(tables[0], 'another'), there].map((port, n) => ({ partitions: new Set([n]), port }));
    const another = new ShardedTaskOffers(shards, PARTITIONS);
    const taken = await another.take(['default/ship'], 100);
    expect(new Set(taken.map(({ workflowId }) => partitionOf(workflowId, PARTITIONS)))).toEqual(new Set([1]));
    await expect(another.take(['default/ship'], 100)).rejects.toThrow('away');
    expect(await another.takers()).toEqual(await there.takers());
  });

  it('are known, cancelled, put back and withdrawn where they stand', async () => {
    const { owner, other } = opened();
    await other.declare(['default/ship']);
    expect(await owner.takers()).toEqual(new Set(['default/ship']));
    await owner.offer(runs.map(offerOf));
    const attempts = runs.map(offerOf);
    await other.take(['default/ship'], 100);
    await owner.cancel(attempts.slice(0, 2));
    expect((await owner.of([0, 1])).filter(({ cancelled }) => cancelled)).toHaveLength(2);
    await other.putBack(attempts.slice(2));
    expect(await owner.withdraw(attempts)).toHaveLength(18);
    await owner.remove(attempts);
    expect(await owner.of([0, 1])).toEqual([]);
  });
});
