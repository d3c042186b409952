import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EngineMetrics, MemoryEventExchange, SystemClock, processRegistry } from '@orrery/infrastructure';
import { until } from '../e2e/support/until.js';
import { HANDLERS, SHAPES } from './support/shapes.js';
import { openProcess } from './support/sharded-process.js';
import { type TwoDatabases, partitionsOf, shardOf, twoDatabases } from './support/two-databases.js';

let databases: TwoDatabases;
beforeAll(async () => {
  databases = await twoDatabases();
}, 60_000);
afterAll(() => databases.drop());

const [chain] = SHAPES as [(typeof SHAPES)[number]];
const RUNS = 30;

describe('The exchange of an engine over two databases', () => {
  it('hears what was committed in both, each run in its order, from checkpoints in each', async () => {
    const exchange = new MemoryEventExchange();
    const metrics = processRegistry();
    const observers = [new EngineMetrics(metrics, new SystemClock())];
    const process = await openProcess(databases.shards, HANDLERS, { exchange, observers });
    const ids = await Promise.all(Array.from({ length: RUNS }, () => process.start({ definition: chain.document })));
    for (const id of ids) expect((await process.ended(id)).status).toBe('completed');
    const of = (id: string) => exchange.told.filter(({ stream }) => stream === id);
    const isTold = (id: string) => of(id).some(({ type }) => type === 'WorkflowCompleted');
    await until(async () => ids.every(isTold));
    for (const id of ids) expect(of(id).map(({ version }) => version)).toEqual(of(id).map((_, index) => index + 1));
    expect(new Set(ids.map(shardOf)).size).toBe(2);

    const figures = await metrics.metrics();
    expect(figures).toContain('orrery_partitions_owned 16');
    expect(figures).toContain(`orrery_runs_started_total ${RUNS}`);
    expect(figures).toMatch(/^orrery_commit_rows_count [1-9]/m);
    await process.close();
    for (const name of ['east', 'west']) {
      const moved = `select partition from checkpoints where follower = 'exchange'`;
      const partitions = (await databases.ask<{ partition: number }>(name, moved)).map(({ partition }) => partition);
      expect(partitions.length).toBeGreaterThan(0);
      expect(partitions.every((partition) => partitionsOf(name).has(partition))).toBe(true);
    }
  }, 60_000);
});
