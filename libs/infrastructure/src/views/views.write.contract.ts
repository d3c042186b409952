import { expect, it } from '@jest/globals';
import { type RunChange, START, type ViewBatch, keyOf } from '@orrery/application';
import { DEFAULT_NAMESPACE, type StreamId } from '@orrery/domain';
import {
  PARTITION,
  T0,
  type ViewsHarness,
  at,
  batch,
  change,
  openRuns,
  runId,
  start,
  task,
} from './testing/view-batches.js';

const first = { limit: 100 };
const inDefault = { namespace: DEFAULT_NAMESPACE };

/** What writing a batch does to the rows. */
export function writeContract(harness: () => ViewsHarness): void {
  const write = (...runs: readonly RunChange[]) => harness().writer.write(batch(...runs));
  const rows = async () => (await harness().reader.listRuns(inDefault, first)).items;
  const row = async (id: StreamId) => (await rows()).find((run) => run.id === id);
  const tasks = async () => (await harness().reader.listTasks(inDefault, first)).items;

  it('writes a run that started and ended in one batch', async () => {
    const id = runId();
    expect(await write(start(id, { version: 4, status: 'completed', endedAt: T0 + 50, tasksEnded: 3 }))).toBe(true);
    expect(await rows()).toEqual([
      {
        id,
        definition: 'order',
        definitionVersion: 2,
        status: 'completed',
        labels: { customer: 'Ada' },
        priority: 1,
        startedAt: T0,
        endedAt: T0 + 50,
        version: 4,
        tasksTotal: 3,
        tasksEnded: 3,
        error: null,
      },
    ]);
  });

  it('leaves a field that is not given as it is', async () => {
    const id = runId();
    const error = { code: 'card.declined', message: 'no', details: { at: [1, null, 'ü\u0000'] } };
    await write(start(id, { endedAt: T0 + 9, status: 'failed', error, tasksEnded: 1 }));
    await write(change(id, 2));
    expect(await row(id)).toMatchObject({ version: 2, status: 'failed', endedAt: T0 + 9, error, tasksEnded: 1 });
  });

  it('clears what is given as null', async () => {
    const id = runId();
    await write(start(id, { endedAt: T0 + 9, status: 'failed', error: { code: 'a.b', message: 'c' } }));
    await write(change(id, 2, { endedAt: null, status: 'running' }));
    expect(await row(id)).toMatchObject({ status: 'running', endedAt: null, error: { code: 'a.b' } });
    await write(change(id, 3, { error: null }));
    expect(await row(id)).toMatchObject({ status: 'running', endedAt: null, error: null });
  });

  it('adds up the tasks that ended', async () => {
    const id = runId();
    await write(start(id, { tasksEnded: 1 }));
    await write(change(id, 2, { tasksEnded: 2 }));
    expect(await row(id)).toMatchObject({ tasksEnded: 3 });
  });

  it('leaves out what would have ended unless the run stops, where its row says that it does', async () => {
    const id = runId();
    const error = { code: 'a.b', message: 'c' };
    await write(start(id));
    await write(change(id, 2, { tasksEnded: 1, tasksEndedUnlessStopping: 1, error }));
    expect(await row(id)).toMatchObject({ tasksEnded: 2 });
    await write(change(id, 3, { tasksEnded: 1, tasksEndedUnlessStopping: 1, error: null }));
    expect(await row(id)).toMatchObject({ tasksEnded: 3 });
    await write(change(id, 4, { tasksEndedUnlessStopping: 1 }));
    expect(await row(id)).toMatchObject({ tasksEnded: 4 });
  });

  it('moves a row to a higher version only, and with it its tasks', async () => {
    const id = runId();
    await write(start(id, { version: 5, openTasks: [task(0)] }));
    for (const version of [4, 5]) {
      const late = { status: 'failed', tasksEnded: 1, openTasks: [task(1)], closedTasks: [0] } as const;
      expect(await write(change(id, version, late))).toBe(true);
    }
    expect(await row(id)).toMatchObject({ version: 5, status: 'running', tasksEnded: 0 });
    expect(await tasks()).toEqual([{ ...task(0), workflow: id }]);
  });

  it('writes the rest of a batch in which one change is not news', async () => {
    const [known, other, fresh, unknown] = [runId(), runId(), runId(), runId()];
    await write(start(known, { version: 5 }), start(other));
    await write(
      start(known, { version: 3 }),
      change(other, 2, { openTasks: [task(0)] }),
      start(fresh, { openTasks: [task(1)] }),
      change(unknown, 7, { openTasks: [task(2)] }),
    );
    expect(new Map((await rows()).map((run) => [run.id, run.version]))).toEqual(
      new Map([
        [known, 5],
        [other, 2],
        [fresh, 1],
      ]),
    );
    expect((await tasks()).map((each) => each.ordinal)).toEqual([1, 0]);
  });

  it('begins anew with a run that starts again, further than its row', async () => {
    const id = runId();
    await write(start(id, { version: 2, tasksEnded: 1, dueAt: T0 + 5, openTasks: [task(0), task(1)] }));
    const again = { version: 9, tasksEnded: 2, dueAt: T0 + 100, openTasks: [task(1, { attempt: 2 })] };
    await write(start(id, { ...again, started: { labels: {} } }));
    expect(await row(id)).toMatchObject({ version: 9, tasksEnded: 2, labels: {} });
    expect(await openRuns(harness().writer)).toMatchObject([{ dueAt: T0 + 100 }]);
    expect(await tasks()).toMatchObject(again.openTasks);
  });

  it('writes, rewrites and closes tasks', async () => {
    const id = runId();
    const failed = task(2, { status: 'failed', error: { code: 'a.b', message: 'c', details: null } });
    await write(start(id, { openTasks: [task(0), task(1), failed] }));
    const running = task(1, { status: 'running', attempt: 2, since: T0 + 90, due: T0 + 99, worker: 'w1', priority: 7 });
    await write(change(id, 2, { openTasks: [running, task(3)], closedTasks: [0, 7] }));
    expect(await tasks()).toEqual([running, task(3), failed].map((each) => ({ ...each, workflow: id })));
  });

  it('drops what is open when a run ends, and keeps what failed and what the batch itself writes', async () => {
    const [id, other] = [runId(), runId()];
    await write(
      start(id, { openTasks: [task(0), task(1, { status: 'failed' })] }),
      start(other, { openTasks: [task(2)] }),
    );
    const failed = task(3, { status: 'failed' });
    await write(change(id, 2, { status: 'failed', endedAt: T0, dropOpenTasks: true, openTasks: [failed] }));
    expect((await tasks()).map(({ ordinal }) => ordinal)).toEqual([3, 2, 1]);
  });

  it('moves the checkpoints with the rows, or neither', async () => {
    const { writer, reader } = harness();
    const move = (from = START, to = at(5), partition = PARTITION) => ({ partition, from, to });
    const checkpoint = async () =>
      (await reader.listRuns(inDefault, { ...first, partitions: [PARTITION] })).checkpoints.get(PARTITION);
    const into = (moves: ViewBatch['moves']) => writer.write({ ...batch(start(runId())), moves });

    expect(await checkpoint()).toEqual(START);
    expect(await into([move()])).toBe(true);
    expect(await checkpoint()).toEqual(at(5));
    expect(await into([move()])).toBe(false);
    expect(await into([move(at(4), at(6))])).toBe(false);
    expect(await into([move(at(5), at(6)), move(at(1), at(2), PARTITION + 1)])).toBe(false);
    expect(await checkpoint()).toEqual(at(5));
    expect(await rows()).toHaveLength(1);
    expect(await into([move(at(5), at(6, 2)), move(START, at(2), PARTITION + 1)])).toBe(true);
    expect(await checkpoint()).toEqual(at(6, 2));
    expect(await rows()).toHaveLength(2);
  });

  it('lets one of several writers move a checkpoint', async () => {
    const from = START;
    const moves = [0, 1, 2].map((partition) => ({ partition, from, to: at(1) }));
    const writers = Array.from({ length: 8 }, () => harness().writer.write({ ...batch(start(runId())), moves }));
    expect((await Promise.all(writers)).filter(Boolean)).toHaveLength(1);
    expect(await rows()).toHaveLength(1);
  });

  it('says no before it looks at rows that are there', async () => {
    const id = runId();
    await write(start(id));
    const moves = [{ partition: PARTITION, from: at(1), to: at(2) }];
    expect(await harness().writer.write({ ...batch(start(id, { version: 2 })), moves })).toBe(false);
    expect(await row(id)).toMatchObject({ version: 1 });
  });

  it('writes a batch of nothing', async () => {
    expect(await write()).toBe(true);
  });

  it('is not stopped by what no text can hold', async () => {
    const id = runId();
    const odd = 'a\u0000b\ud800c';
    const mended = 'a\ufffdb\ufffdc';
    const started = { definition: odd, labels: { [odd]: odd, face: '😀\\u0000' } };
    await write(start(id, { started, openTasks: [task(0, { key: odd, type: odd, worker: odd })] }));
    expect(await row(id)).toMatchObject({ definition: mended, labels: { [mended]: mended, face: '😀\\u0000' } });
    expect(await tasks()).toMatchObject([{ key: mended, type: mended, worker: mended }]);
    const { reader } = harness();
    expect((await reader.listRuns({ ...inDefault, definition: odd }, first)).items).toHaveLength(1);
    expect((await reader.listTasks({ ...inDefault, type: odd }, first)).items).toHaveLength(1);
    expect(await reader.countRuns({ ...inDefault, definition: odd })).toMatchObject({ counts: { running: 1 } });
  });

  it('is not stopped by a time beyond all calendars', async () => {
    const id = runId();
    await write(start(id, { dueAt: Number.MAX_SAFE_INTEGER, openTasks: [task(0, { due: 1e300, since: -5 })] }));
    expect(await openRuns(harness().writer)).toMatchObject([{ dueAt: 8.64e15 }]);
    expect(await tasks()).toMatchObject([{ due: 8.64e15, since: 0 }]);
  });

  it('tells the definitions of runs that have a row', async () => {
    const [one, two] = [runId(), runId()];
    await write(start(one), start(two, { started: { definitionHash: 'beef' } }));
    const keys = [one, two, runId()].map((stream) => change(stream, 1));
    expect(await harness().writer.definitionHashes(keys)).toEqual(
      new Map([one, two].map((stream, index) => [keyOf(change(stream, 1)), index ? 'beef' : 'c0ffee'])),
    );
    expect(await harness().writer.definitionHashes([])).toEqual(new Map());
  });
}
