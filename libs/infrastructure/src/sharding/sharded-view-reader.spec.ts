import { describe, expect, it } from '@jest/globals';
import { type Page, type PageRequest, type RunChange, START, partitionOf } from '@orrery/application';
import { DEFAULT_NAMESPACE, type StreamId } from '@orrery/domain';
import fc from 'fast-check';
import { MemoryCheckpoints } from '../checkpoints/memory-checkpoints.js';
import { MemoryViews } from '../views/memory-views.js';
import { T0, at, batch, letter, start, task } from '../views/testing/view-batches.js';
import { ShardedViewReader } from './sharded-view-reader.js';
import { ShardedViewWriter } from './sharded-view-writer.js';

const PARTITIONS = 6;
const namespace = DEFAULT_NAMESPACE;

/** Lists in one place, and the same in three. */
function opened() {
  const whole = new MemoryViews(new MemoryCheckpoints());
  const shards = [
    [0, 3],
    [1, 4],
    [2, 5],
  ].map((some) => ({
    partitions: new Set(some),
    port: new MemoryViews(new MemoryCheckpoints()),
  }));
  return {
    whole,
    shards,
    writer: new ShardedViewWriter(shards, PARTITIONS),
    spread: new ShardedViewReader(shards, PARTITIONS),
  };
}

// Few times, so that many have the same.
const times = fc.integer({ min: 0, max: 5 }).map((ms) => T0 + ms);
const runs = fc.uniqueArray(fc.record({ id: fc.uuid(), startedAt: times }), {
  maxLength: 40,
  selector: ({ id }) => id,
});

function runOf({ id, startedAt }: { readonly id: string; readonly startedAt: number }): RunChange {
  const stream = id as StreamId;
  const openTasks = [task(0, { since: startedAt }), task(1, { since: startedAt })];
  return start(stream, { partition: partitionOf(stream, PARTITIONS), started: { startedAt }, openTasks });
}

const someId = (nth: number) => `0190d5a8-0000-7000-8000-00000000000${nth}` as StreamId;

async function pagesOf<Item>(read: (page: PageRequest) => Promise<Page<Item>>, limit: number) {
  const pages: (readonly Item[])[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Page<Item> = await read({ limit, ...(cursor === undefined ? {} : { cursor }) });
    pages.push(page.items);
    cursor = page.nextCursor;
  }
  return pages;
}

describe('Lists over several databases', () => {
  it('have the pages that they have in one', async () => {
    await fc.assert(
      fc.asyncProperty(runs, fc.integer({ min: 1, max: 12 }), async (some, limit) => {
        const { whole, writer, spread } = opened();
        for (const run of some.map(runOf)) {
          const { stream, partition } = run;
          const letters = { ...batch(), deadLetters: [letter(stream, { partition })] };
          const name = { namespace, stream, partition, name: stream, version: 1, hash: 'c0ffee', registeredAt: T0 };
          const definitions = { ...batch(), definitions: [name] };
          for (const each of [batch(run), definitions, letters]) {
            await Promise.all([whole.write(each), writer.write(each)]);
          }
        }
        for (const list of ['listRuns', 'listTasks', 'listDeadLetters'] as const) {
          const pages = (views: Pick<MemoryViews, typeof list>) =>
            pagesOf<unknown>((page) => views[list]({ namespace }, page), limit);
          expect(await pages(spread)).toEqual(await pages(whole));
        }
        const named = (views: Pick<MemoryViews, 'listDefinitions'>) =>
          pagesOf((page) => views.listDefinitions(namespace, page), limit);
        expect(await named(spread)).toEqual(await named(whole));
        const { counts } = await spread.countRuns({ namespace });
        expect(counts).toEqual((await whole.countRuns({ namespace })).counts);
      }),
      { numRuns: 50 },
    );
  });

  it('know which runs have not ended, and take those of a database that is away for such', async () => {
    const { writer, shards, spread } = opened();
    const [ended, open] = [0, 1].map((nth) => start(someId(nth)));
    for (const each of [ended!, open!]) {
      await writer.write(batch({ ...each, partition: partitionOf(each.stream, PARTITIONS) }));
    }
    await writer.write(
      batch({
        ...ended!,
        status: 'completed',
        endedAt: T0 + 1,
        version: 2,
        partition: partitionOf(ended!.stream, PARTITIONS),
      }),
    );
    const ids = [ended!.stream, open!.stream];
    expect(await spread.runningAmong(namespace, ids)).toEqual(new Set([open!.stream]));
    for (const { port } of shards) port.runningAmong = () => Promise.reject(new Error('it is away'));
    expect(await spread.runningAmong(namespace, ids)).toEqual(new Set(ids));
  });

  it('tell how far each partition has come where it is, and ask each place for its own alone', async () => {
    const { writer, spread } = opened();
    for (const partition of [0, 4]) {
      await writer.write({ ...batch(), moves: [{ partition, from: START, to: at(partition + 1) }] });
    }
    const { checkpoints } = await spread.listRuns({ namespace }, { limit: 1, partitions: [0, 1, 2, 3, 4, 5] });
    expect(new Map([...checkpoints].sort(([a], [b]) => a - b))).toEqual(
      new Map(
        [0, 1, 2, 3, 4, 5].map((partition) => [partition, [0, 4].includes(partition) ? at(partition + 1) : START]),
      ),
    );
    const asked: unknown[] = [];
    const listening = [0, 1].map((n) => ({
      partitions: new Set([n]),
      port: {
        listRuns: async (_filter: unknown, { partitions, atLeast }: PageRequest) => {
          asked.push([partitions, atLeast]);
          return { items: [], nextCursor: null, checkpoints: new Map() };
        },
      } as unknown as MemoryViews,
    }));
    const places = [0, 1].map((partition) => ({ partition, ...at(7) }));
    const reader = new ShardedViewReader(listening, 2);
    await reader.listRuns({ namespace }, { limit: 1, partitions: [0, 1], atLeast: places });
    expect(asked).toEqual([
      [[0], [places[0]]],
      [[1], [places[1]]],
    ]);
  });
});
