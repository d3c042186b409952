import { expect, it } from '@jest/globals';
import { type PageRequest, START, type RunChange } from '@orrery/application';
import { DEFAULT_NAMESPACE, Invalid, type Namespace, type StreamId, type WorkflowStatus } from '@orrery/domain';
import {
  PARTITION,
  T0,
  type ViewsHarness,
  allPages,
  at,
  batch,
  change,
  runId,
  start,
  task,
} from './testing/view-batches.js';

const first = { limit: 100 };
const inDefault = { namespace: DEFAULT_NAMESPACE };

/** What lists answer. */
export function readContract(harness: () => ViewsHarness): void {
  const write = (...runs: readonly RunChange[]) => harness().writer.write(batch(...runs));
  const listed = async (filter: object) =>
    (await harness().reader.listRuns({ ...inDefault, ...filter }, first)).items.map(({ id }) => id);
  const counted = async (filter: object) => (await harness().reader.countRuns({ ...inDefault, ...filter })).counts;
  const run = (startedAt: number, status: WorkflowStatus, definition = 'order'): RunChange =>
    start(runId(), { started: { startedAt, definition }, status });

  it('lists runs newest first, page by page, those of one moment too', async () => {
    const runs = Array.from({ length: 25 }, (_, index) =>
      run(T0 + Math.floor(index / 10), index % 2 ? 'running' : 'completed'),
    );
    await write(...runs);
    const newestFirst = (a: RunChange, b: RunChange) =>
      b.started!.startedAt - a.started!.startedAt || (a.stream < b.stream ? 1 : -1);
    const expected = [...runs].sort(newestFirst).map(({ stream }) => stream);
    for (const limit of [1, 4, 5, 25, 100]) {
      const pages = await allPages((page) => harness().reader.listRuns(inDefault, page), limit);
      expect(pages.map(({ id }) => id)).toEqual(expected);
    }
  });

  it('gives at least one and at most 100 items a page', async () => {
    await write(...Array.from({ length: 120 }, () => run(T0, 'running')));
    const { reader } = harness();
    const lengthOf = async (limit: number) => (await reader.listRuns(inDefault, { limit })).items.length;
    expect([await lengthOf(1_000), await lengthOf(0), await lengthOf(-3), await lengthOf(2.5)]).toEqual([100, 1, 1, 2]);
  });

  it('gives no cursor with the last page', async () => {
    await write(run(T0, 'running'), run(T0, 'running'));
    expect((await harness().reader.listRuns(inDefault, { limit: 2 })).nextCursor).toBeNull();
  });

  it('knows which of some runs have not ended', async () => {
    const [a, b, c] = [run(1, 'running'), run(2, 'paused'), run(3, 'completed')].map((each) => each.stream);
    await write(run(1, 'running'), start(a!, { status: 'running' }), start(b!, { status: 'paused' }));
    await write(start(c!, { status: 'completed', endedAt: 5 }));
    const { reader } = harness();
    expect(await reader.runningAmong(DEFAULT_NAMESPACE, [a!, b!, c!, runId()])).toEqual(new Set([a, b]));
    expect(await reader.runningAmong('other' as Namespace, [a!])).toEqual(new Set());
    expect(await reader.runningAmong(DEFAULT_NAMESPACE, [])).toEqual(new Set());
  });

  it('filters and counts runs', async () => {
    const [a, b, c, d] = [run(1, 'running'), run(2, 'failed'), run(3, 'failed', 'refund'), run(4, 'completed')];
    await write(a!, b!, c!, d!);
    const cases: [object, RunChange[], object][] = [
      [{}, [d!, c!, b!, a!], { running: 1, failed: 2, completed: 1 }],
      [{ status: ['failed'] }, [c!, b!], { failed: 2 }],
      [{ status: ['failed', 'running', 'failed'] }, [c!, b!, a!], { failed: 2, running: 1 }],
      [{ status: [] }, [], {}],
      [{ definition: 'order' }, [d!, b!, a!], { running: 1, failed: 1, completed: 1 }],
      [{ definition: 'order', status: ['failed'] }, [b!], { failed: 1 }],
      [{ definition: 'orde' }, [], {}],
      [{ startedAfter: 2 }, [d!, c!], { failed: 1, completed: 1 }],
      [{ startedBefore: 3 }, [b!, a!], { running: 1, failed: 1 }],
      [{ startedAfter: 1, startedBefore: 4, definition: 'refund' }, [c!], { failed: 1 }],
    ];
    for (const [filter, runs, counts] of cases) {
      expect(await listed(filter)).toEqual(runs.map(({ stream }) => stream));
      expect(await counted(filter)).toEqual(counts);
    }
  });

  it('lists tasks newest first, page by page, by status and type', async () => {
    const [one, two] = [runId(), runId()].sort() as [StreamId, StreamId];
    const running = task(2, { status: 'running', type: 'pay' });
    await write(
      start(one, { openTasks: [task(0), task(1, { since: T0 }), running] }),
      start(two, { openTasks: [task(0), task(5, { status: 'failed' })] }),
    );
    const { reader } = harness();
    const placesOf = async (filter: object, limit?: number) =>
      (await allPages((page) => reader.listTasks({ ...inDefault, ...filter }, page), limit)).map(
        ({ workflow, ordinal }) => `${workflow === one ? 'one' : 'two'}~${ordinal}`,
      );
    const all = ['two~5', 'one~2', 'two~0', 'one~1', 'one~0'];
    expect(await placesOf({})).toEqual(all);
    expect(await placesOf({}, 2)).toEqual(all);
    expect(await placesOf({ status: ['queued'] }, 1)).toEqual(['two~0', 'one~1', 'one~0']);
    expect(await placesOf({ type: 'pay' })).toEqual(['one~2']);
    expect(await placesOf({ type: 'pay', status: ['failed'] })).toEqual([]);
  });

  it('counts what waits for workers and what they hold, by type and worker', async () => {
    const held = (ordinal: number, worker: string | null) => task(ordinal, { status: 'running', worker });
    await write(
      start(runId(), { openTasks: [task(3), task(1), held(4, 'ada'), held(2, 'ada'), held(5, 'bob'), held(9, null)] }),
      start(runId(), { openTasks: [task(7), task(6, { type: 'pay' }), task(8, { status: 'waiting' })] }),
      start(runId(), { openTasks: [task(0, { status: 'failed', worker: 'ada' })] }),
    );
    const counts = await harness().reader.countWork(DEFAULT_NAMESPACE);
    const type = 'mail.send';
    expect(new Set(counts)).toEqual(
      new Set([
        { type, worker: null, count: 3, oldestAt: T0 + 1 },
        { type: 'pay', worker: null, count: 1, oldestAt: T0 + 6 },
        { type, worker: 'ada', count: 2, oldestAt: T0 + 2 },
        { type, worker: 'bob', count: 1, oldestAt: T0 + 5 },
      ]),
    );
    expect(await harness().reader.countWork('other' as Namespace)).toEqual([]);
  });

  it('lists the newest version of each definition, the latest first', async () => {
    const define = (name: string, version: number, registeredAt: number) => ({
      ...change(runId(), 1),
      name,
      version,
      hash: `${name}@${version}`,
      registeredAt,
    });
    const { writer, reader } = harness();
    const keep = (...definitions: ReturnType<typeof define>[]) => writer.write({ ...batch(), definitions });
    await keep(define('order', 1, 10), define('order', 2, 20), define('Refund', 1, 20), define('é', 1, 5));
    await keep(define('order', 4, 40), define('refund', 1, 20));
    await keep(define('order', 3, 30), define('order', 4, 99));
    const names = await allPages((page) => reader.listDefinitions(DEFAULT_NAMESPACE, page), 1);
    expect(names).toEqual([
      { name: 'order', version: 4, hash: 'order@4', registeredAt: 40 },
      { name: 'refund', version: 1, hash: 'refund@1', registeredAt: 20 },
      { name: 'Refund', version: 1, hash: 'Refund@1', registeredAt: 20 },
      { name: 'é', version: 1, hash: 'é@1', registeredAt: 5 },
    ]);
  });

  it('refuses a cursor that no page of the list gave', async () => {
    await write(run(T0, 'running'), run(T0, 'running'), run(T0, 'running'));
    const { reader } = harness();
    const { nextCursor } = await reader.listRuns(inDefault, { limit: 1 });
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const bad = [
      '',
      'x',
      'null',
      '%%%',
      '\u0000',
      encode(null),
      encode({}),
      encode([]),
      encode(['runs']),
      encode(['runs', 1]),
      encode(['runs', '1', runId()]),
      encode(['runs', 1.5, runId()]),
      encode(['runs', -1, runId()]),
      encode(['runs', 1, 'no-uuid']),
      encode(['runs', 1, runId().toUpperCase()]),
      encode(['runs', 1, runId(), 1]),
      encode(['tasks', 1, runId()]),
      encode(['runs', 1e300, runId()]),
      encode(['runs', { a: 1 }, runId()]),
    ];
    for (const cursor of bad) await expect(reader.listRuns(inDefault, { limit: 1, cursor })).rejects.toThrow(Invalid);
    const others = [(page: PageRequest) => reader.listTasks(inDefault, page), definitions];
    function definitions(page: PageRequest) {
      return reader.listDefinitions(DEFAULT_NAMESPACE, page);
    }
    for (const list of others) {
      const listing = list({ limit: 1, cursor: nextCursor! });
      await expect(listing).rejects.toMatchObject({ code: 'cursor.invalid' });
    }
    const unstorable = encode(['definitions', 1, 'a\u0000']);
    await expect(definitions({ limit: 1, cursor: unstorable })).rejects.toThrow(Invalid);
    const beyond = encode(['tasks', 1, runId(), 2 ** 31]);
    await expect(reader.listTasks(inDefault, { limit: 1, cursor: beyond })).rejects.toThrow(Invalid);
  });

  it('tells the checkpoints of the partitions that are asked for', async () => {
    const { writer, reader } = harness();
    await writer.write({ ...batch(), moves: [{ partition: PARTITION, from: START, to: at(7, 8) }] });
    const pages = (page: PageRequest) =>
      Promise.all([
        reader.listRuns(inDefault, page),
        reader.listTasks(inDefault, page),
        reader.listDefinitions(DEFAULT_NAMESPACE, page),
      ]);
    const told = async (page: PageRequest) => (await pages(page)).map(({ checkpoints }) => [...checkpoints]);
    const followed = [PARTITION, at(7, 8)] as const;
    const unknown = [PARTITION + 1, START] as const;
    expect(await told({ ...first, partitions: [PARTITION] })).toEqual(Array(3).fill([followed]));
    expect(await told({ ...first, partitions: [PARTITION + 1, PARTITION] })).toEqual(
      Array(3).fill([unknown, followed]),
    );
    expect(await told(first)).toEqual(Array(3).fill([]));
  });

  it('reads the checkpoint in the snapshot of the rows', async () => {
    const { writer, reader } = harness();
    const last = 40;
    const writing = (async () => {
      for (let n = 1; n <= last; n += 1) {
        const moves = [{ partition: PARTITION, from: n === 1 ? START : at(n - 1), to: at(n) }];
        await writer.write({ ...batch(start(runId())), moves });
      }
    })();
    for (let seen = 0; seen < last;) {
      const { items, checkpoints } = await reader.listRuns(inDefault, { ...first, partitions: [PARTITION] });
      seen = items.length;
      expect(checkpoints.get(PARTITION)!.position).toBe(BigInt(seen));
    }
    await writing;
  });
}
