import { expect, it } from '@jest/globals';
import type { DeletedRun, RunChange, StreamKey } from '@orrery/application';
import { DEFAULT_NAMESPACE, type WorkflowStatus } from '@orrery/domain';
import {
  OTHER_NAMESPACE,
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

const first = { limit: 100 };

/** How runs grow old, are deleted, and are forgotten. */
export function deletionContract(harness: () => ViewsHarness): void {
  const write = (...runs: readonly RunChange[]) => harness().writer.write(batch(...runs));
  const streams = (runs: readonly StreamKey[]) => runs.map(({ stream }) => stream);
  const deleted = (before = T0 + 1_000, limit = 10, partitions = [PARTITION]) =>
    harness().writer.deletedRuns(partitions, before, limit);
  const listed = async (namespace = DEFAULT_NAMESPACE) =>
    (await harness().reader.listRuns({ namespace }, first)).items.map(({ id }) => id);

  it('removes a run with its tasks, in its namespace alone, and remembers that it was deleted', async () => {
    const [id, other] = [runId(), runId()];
    const failed = task(0, { status: 'failed' });
    await write(start(id, { openTasks: [failed] }), start(other, { openTasks: [failed] }));
    await write(start(id, { namespace: OTHER_NAMESPACE, openTasks: [failed] }));
    await write(change(id, 2, { status: 'failed', endedAt: T0 }), change(other, 2));
    await write(change(id, 3, { deletedAt: T0 + 5 }));
    expect([await listed(), await listed(OTHER_NAMESPACE)]).toEqual([[other], [id]]);
    const { items } = await harness().reader.listTasks({ namespace: DEFAULT_NAMESPACE }, first);
    expect(items.map(({ workflow }) => workflow)).toEqual([other]);
    const run: DeletedRun = { namespace: DEFAULT_NAMESPACE, stream: id, partition: PARTITION, version: 3 };
    expect(await deleted()).toEqual([run]);
  });

  it('takes a run that started, ended and was deleted in one batch, and one that it never had', async () => {
    const [id, unknown] = [runId(), runId()];
    await write(start(id, { version: 9, openTasks: [task(0)], deletedAt: T0 }));
    await write(change(unknown, 4, { deletedAt: T0 + 1 }));
    expect(await listed()).toEqual([]);
    expect(await openRuns(harness().writer)).toEqual([]);
    expect(streams(await deleted())).toEqual([id, unknown]);
  });

  it('deletes once, and writes the rest of a batch that was written before', async () => {
    const [id, known, fresh] = [runId(), runId(), runId()];
    await write(start(id), start(known, { version: 5 }));
    for (const at of [T0 + 5, T0 + 900]) {
      await write(change(id, 2, { deletedAt: at }), start(known, { version: 3 }), start(fresh));
    }
    expect((await listed()).sort()).toEqual([known, fresh].sort());
    expect(streams(await deleted(T0 + 6))).toEqual([id]);
  });

  it('tells of deleted runs the oldest first, no more than are asked for, until they are forgotten', async () => {
    const ids = [runId(), runId(), runId()];
    await write(...ids.map((id, index) => change(id, 2, { deletedAt: T0 + 30 - index * 10 })));
    await write(change(runId(), 2, { partition: PARTITION + 1, deletedAt: T0 }));
    expect(streams(await deleted())).toEqual([...ids].reverse());
    expect(streams(await deleted(T0 + 30))).toEqual([ids[2], ids[1]]);
    expect(streams(await deleted(T0 + 1_000, 1))).toEqual([ids[2]]);
    expect(await deleted(T0 + 1_000, 10, [])).toEqual([]);
    await harness().writer.forgetDeleted([change(ids[2]!, 2), change(runId(), 2)]);
    await harness().writer.forgetDeleted([]);
    expect(streams(await deleted())).toEqual([ids[1], ids[0]]);
  });

  it('tells of runs that ended before a time, in every namespace, those that started first before all others', async () => {
    const ended = (startedAt: number, endedAt: number, rest: Omit<Partial<RunChange>, 'started'> = {}) =>
      start(runId(), { started: { startedAt }, status: 'completed', endedAt, ...rest });
    const of = (status: WorkflowStatus) => ({ status });
    const [a, b, c, d] = [
      ended(T0 + 1, T0 + 50),
      ended(T0 + 2, T0 + 10, { ...of('failed'), namespace: OTHER_NAMESPACE }),
      ended(T0 + 3, T0 + 20, of('cancelled')),
      ended(T0 + 4, T0 + 40, of('compensated')),
    ];
    await write(d!, c!, b!, a!, ended(T0, T0 + 9, { partition: PARTITION + 1 }), start(runId()));
    const { writer } = harness();
    const old = async (before: number, limit = 10) => streams(await writer.endedRuns([PARTITION], before, limit));
    expect(await old(T0 + 51)).toEqual(streams([a!, b!, c!, d!]));
    expect(await old(T0 + 50)).toEqual(streams([b!, c!, d!]));
    expect(await old(T0 + 51, 2)).toEqual(streams([a!, b!]));
    expect(await old(T0)).toEqual([]);
    expect(await writer.endedRuns([], T0 + 51, 10)).toEqual([]);
  });
}
