import { describe, expect, it } from '@jest/globals';
import type { DeadLetterList, RunFilter, StreamKey, ViewBatch, ViewReader, ViewWriter } from '@orrery/application';
import fc from 'fast-check';
import { MemoryCheckpoints } from '../checkpoints/memory-checkpoints.js';
import { MemoryViews } from './memory-views.js';
import { PostgresViewReader } from './postgres-view-reader.js';
import { PostgresViewWriter } from './postgres-view-writer.js';
import { emptyDatabase } from './testing/postgres-views.js';
import { NAMESPACES, PARTITIONS, batches } from './testing/view-arbitraries.js';
import { T0, allPages, openRuns } from './testing/view-batches.js';

const database = emptyDatabase();

const SEARCHES: readonly Omit<RunFilter, 'namespace'>[] = [
  { q: 'order' },
  { q: 'RE' },
  { q: 'é' },
  { q: 'ffffffff' },
  { q: 'a b' },
  { q: "'\\&!" },
  { labels: [{ name: 'order' }] },
  { labels: [{ name: 'order', value: 'refund' }, { name: 'é' }], q: 'order' },
  { endedBefore: T0 + 20 },
  { endedBefore: T0 + 30, q: 'ref', status: ['failed', 'completed'] },
];

/** Everything that can be read after these batches, and what each write said. */
async function everything(
  writer: ViewWriter,
  reader: ViewReader & DeadLetterList,
  all: readonly ViewBatch[],
): Promise<unknown> {
  const written: boolean[] = [];
  for (const batch of all) written.push(await writer.write(batch));
  const keys: StreamKey[] = all.flatMap(({ runs }) => runs);
  const lists = await Promise.all(
    NAMESPACES.map(async (namespace) => ({
      runs: await allPages((page) => reader.listRuns({ namespace }, page), 2),
      counts: await reader.countRuns({ namespace }),
      orders: await reader.listRuns({ namespace, definition: 'order', status: ['running', 'failed'] }, { limit: 9 }),
      some: await allPages(
        (page) => reader.listRuns({ namespace, startedAfter: T0 + 9, startedBefore: T0 + 30 }, page),
        1,
      ),
      found: await Promise.all(SEARCHES.map((search) => reader.listRuns({ namespace, ...search }, { limit: 9 }))),
      foundCounts: await Promise.all(SEARCHES.map((search) => reader.countRuns({ namespace, ...search }))),
      tasks: await allPages((page) => reader.listTasks({ namespace }, page), 3),
      letters: await allPages((page) => reader.listDeadLetters({ namespace }, page), 1),
      waiting: await reader.listDeadLetters({ namespace, status: ['waiting', 'redriven'] }, { limit: 9 }),
      definitions: await allPages((page) => reader.listDefinitions(namespace, page), 1),
    })),
  );
  const { checkpoints } = await reader.listDefinitions(NAMESPACES[0], { limit: 1, partitions: PARTITIONS });
  const open = await openRuns(writer, T0 + 20, PARTITIONS);
  const hashes = [...(await writer.definitionHashes(keys))].sort();
  return { written, lists, checkpoints: [...checkpoints], open, hashes };
}

describe('The views in memory and in PostgreSQL', () => {
  it('hold the same rows after the same batches', async () => {
    const property = fc.asyncProperty(batches, async (all) => {
      const pool = await database();
      const memory = new MemoryViews(new MemoryCheckpoints());
      const expected = await everything(memory, memory, all);
      expect(await everything(new PostgresViewWriter(pool), new PostgresViewReader(pool), all)).toEqual(expected);
    });
    await fc.assert(property, { numRuns: 50 });
  }, 60_000);
});
