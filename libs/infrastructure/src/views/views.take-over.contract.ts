import { describe, expect, it } from '@jest/globals';
import type { RunChange } from '@orrery/application';
import type { StreamId, WorkflowStatus } from '@orrery/domain';
import {
  PARTITION,
  T0,
  type ViewsHarness,
  batch,
  change,
  openRuns,
  runId,
  start,
  task,
} from './testing/view-batches.js';

/** What an owner finds when it takes partitions over. */
export function takeOverContract(harness: () => ViewsHarness): void {
  const write = (...runs: readonly RunChange[]) => harness().writer.write(batch(...runs));
  const found = (dueBefore = 0, partitions = [PARTITION]) => openRuns(harness().writer, dueBefore, partitions);
  const ids = async (dueBefore?: number, partitions?: number[]) =>
    (await found(dueBefore, partitions)).map(({ stream }) => stream).sort();

  it('finds runs that have not ended and have something open', async () => {
    const id = runId();
    const open = [task(0), task(1, { status: 'running', worker: 'w' }), task(2, { status: 'waiting', due: T0 + 7 })];
    await write(start(id, { openTasks: [...open, task(3, { status: 'failed' })] }));
    await write(start(runId()), start(runId(), { openTasks: [task(0, { status: 'failed' })] }));
    await write(start(runId(), { status: 'completed', endedAt: T0, dueAt: T0 }));
    const { namespace } = change(id, 1);
    const run = {
      namespace,
      stream: id,
      partition: PARTITION,
      version: 1,
      status: 'running',
      dueAt: null,
      queuedAt: new Map([
        [0, T0],
        [1, T0 + 1],
      ]),
    };
    expect(await found(T0 + 1_000)).toEqual([run]);
  });

  it('finds runs that fall due before a time', async () => {
    const [early, late] = [runId(), runId()];
    await write(start(early, { dueAt: T0 + 10 }), start(late, { dueAt: T0 + 20 }));
    expect(await ids(T0 + 10)).toEqual([]);
    expect(await ids(T0 + 11)).toEqual([early]);
    expect(await ids(T0 + 21)).toEqual([early, late].sort());
  });

  it('keeps to the partitions that it is asked for', async () => {
    const runs = [0, 1, 2].map((partition) => start(runId(), { partition, dueAt: T0 }));
    await write(...runs);
    const idsOf = (...partitions: number[]) =>
      runs
        .filter((run) => partitions.includes(run.partition))
        .map((run) => run.stream)
        .sort();
    expect(await ids(T0 + 1, [0, 2])).toEqual(idsOf(0, 2));
    expect(await ids(T0 + 1, [1])).toEqual(idsOf(1));
    expect(await ids(T0 + 1, [])).toEqual([]);
  });

  it('finds each of many runs once', async () => {
    const runs = Array.from({ length: 1_203 }, (_, index) =>
      start(runId(), index % 3 === 0 ? { dueAt: T0 } : { openTasks: [task(0), task(1)] }),
    );
    await write(...runs);
    const expected = runs.map(({ stream }) => stream).sort();
    expect(await ids(T0 + 1)).toEqual(expected);
    expect(await ids(T0)).toEqual(expected.filter((id) => runs.find((run) => run.stream === id)?.dueAt === undefined));
  });

  describe('keeps when a run falls due as a lower bound', () => {
    const dueAt = async (id: StreamId, changes: readonly Partial<RunChange>[]) => {
      await write(start(id, { openTasks: [task(0)] }));
      for (const [index, each] of changes.entries()) await write(change(id, index + 2, each));
      return (await found())[0]?.dueAt;
    };
    const ended = { status: 'failed' as WorkflowStatus, endedAt: T0 };

    it.each([
      ['sets it', [{ dueAt: 9 }], 9],
      ['moves it earlier', [{ dueAt: 9 }, { dueAt: 5 }], 5],
      ['does not move it later', [{ dueAt: 5 }, { dueAt: 9 }], 5],
      ['leaves it if none is given', [{ dueAt: 5 }, {}], 5],
      ['clears it at the end', [{ dueAt: 5 }, ended, { status: 'running' as WorkflowStatus, endedAt: null }], null],
      ['sets it when the run is retried', [{ dueAt: 5 }, ended, { endedAt: null, dueAt: 9 }], 9],
    ])('%s', async (_, changes, expected) => {
      expect(await dueAt(runId(), changes)).toBe(expected);
    });
  });
}
