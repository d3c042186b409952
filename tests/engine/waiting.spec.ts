import { describe, expect, it } from '@jest/globals';
import {
  GetWorkflow,
  GetWorkflowEvents,
  GetWorkflowResult,
  type RunEnding,
  SubmitDeletion,
  WatchedRuns,
} from '@orrery/application';
import { DEFAULT_NAMESPACE, NotFound, type StreamId, Unavailable } from '@orrery/domain';
import { MemoryChangeFanOut } from '@orrery/infrastructure/memory';
import { RemoteWorker } from './support/remote-worker.js';
import { definition, idIn, result, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { ANONYMOUS, type Process, World } from './support/world.js';

async function open() {
  const world = new World();
  const process = await world.process().start();
  const worker = new RemoteWorker(process);
  const { id } = await submit(
    process,
    definition({ a: {}, b: { dependsOn: ['a'] } }, { output: '${ tasks.b.output }' }),
  );
  await settled();
  return { world, process, worker, id };
}

/** What a question was answered, once it is. */
function asked<T>(answer: Promise<T>) {
  const box: { answer?: T } = {};
  answer.then(
    (value) => (box.answer = value),
    () => undefined,
  );
  return box;
}

const results = ({ orchestration }: Process, id: StreamId, waitMs: number, abandoned?: (leave: () => void) => void) =>
  asked(orchestration.queryHandlers.getWorkflowResult.execute(new GetWorkflowResult(ANONYMOUS, id, waitMs, abandoned)));
const events = ({ orchestration }: Process, id: StreamId, after: number, abandoned?: (leave: () => void) => void) =>
  asked(
    orchestration.queryHandlers.getWorkflowEvents.execute(
      new GetWorkflowEvents(ANONYMOUS, id, after, 100, 30_000, abandoned),
    ),
  );

describe('who waits for a result', () => {
  it('is woken by the commit that ends the run', async () => {
    const { process, worker, id } = await open();
    const waiting = results(process, id, 60_000);
    await worker.complete(worker.held[0]!);
    await settled();
    expect(waiting.answer).toBeUndefined();
    await worker.complete(worker.held[0]!, 'done');
    await settled();
    expect(waiting.answer).toMatchObject({ ended: true, status: 'completed', output: 'done' });
  });

  it('in another process is woken, too, where they tell each other', async () => {
    const world = new World();
    const fanOut = new MemoryChangeFanOut();
    const engine = await world.process({}, { fanOut: fanOut.member() }).start();
    const worker = new RemoteWorker(engine);
    const asking = world.process({}, { fanOut: fanOut.member() });
    const { id } = await submit(engine, definition({ a: {} }));
    await settled();
    const waiting = results(asking, id, 60_000);
    const alone = results(world.process(), id, 60_000);
    await settled();
    await worker.complete(worker.held[0]!);
    await settled();
    expect(waiting.answer).toMatchObject({ ended: true, status: 'completed' });
    expect(alone.answer).toBeUndefined();
    await world.advance(1_000);
    expect(alone.answer).toMatchObject({ ended: true, status: 'completed' });
  });

  it('has nothing read for it meanwhile', async () => {
    const { process, worker, id } = await open();
    const waiting = results(process, id, 60_000);
    await settled();
    const { log } = process.orchestration.ports;
    const readStream = log.readStream.bind(log);
    let reads = 0;
    log.readStream = (...asked) => {
      reads += 1;
      return readStream(...asked);
    };
    await worker.complete(worker.held[0]!);
    await settled();
    expect([reads, waiting.answer]).toEqual([0, undefined]);
    await worker.complete(worker.held[0]!);
    await settled();
    expect([reads, waiting.answer]).toEqual([1, expect.objectContaining({ ended: true })]);
  });

  it('is told the status when its time is over, or when it goes', async () => {
    const { world, process, id } = await open();
    const leave: (() => void)[] = [];
    const [waiting, gone] = [results(process, id, 5_000), results(process, id, 60_000, (go) => void leave.push(go))];
    await settled();
    leave[0]!();
    await settled();
    expect(gone.answer).toMatchObject({ ended: false });
    expect(waiting.answer).toBeUndefined();
    await world.advance(5_000);
    expect(waiting.answer).toMatchObject({ ended: false, status: 'running' });
  });

  it('hears of it in another process, too', async () => {
    const { world, process, worker, id } = await open();
    const other = await world.process({}, { partitions: [] }).start();
    const waiting = results(other, id, 60_000);
    await worker.complete(worker.held[0]!);
    await settled();
    await worker.complete(worker.held[0]!);
    await world.advance(1_000);
    expect(waiting.answer).toMatchObject({ ended: true });
    void process;
  });

  it('is let go when the process stops', async () => {
    const { process, id } = await open();
    const waiting = process.orchestration.changes.next({ namespace: DEFAULT_NAMESPACE, stream: id }, 60_000);
    await process.stop();
    await waiting;
  });
});

describe('who watches runs of other processes', () => {
  async function watching(fanOut = new MemoryChangeFanOut()) {
    const world = new World();
    const engine = await world.process({}, { fanOut: fanOut.member() }).start();
    const worker = new RemoteWorker(engine);
    const { orchestration } = world.process({}, { fanOut: fanOut.member() });
    const { endings, ports, queryHandlers } = orchestration;
    const [ends, refused]: [[StreamId, RunEnding][], StreamId[]] = [[], []];
    const ask = (query: GetWorkflowResult) => queryHandlers.getWorkflowResult.execute(query);
    const runs = new WatchedRuns(
      { ...ports, endings, ask },
      { onEnd: (...end) => void ends.push(end), onRefused: (id) => void refused.push(id) },
    );
    const start = async () => {
      const { id } = await submit(engine, definition({ a: {} }));
      runs.add(id);
      await settled();
      return id;
    };
    return { world, engine, worker, orchestration, runs, ends, refused, start };
  }

  it('is told at once, where they tell each other', async () => {
    const { worker, ends, start } = await watching();
    const id = await start();
    await worker.complete(worker.held[0]!, 'done');
    await settled();
    expect(ends).toMatchObject([[id, { status: 'completed', error: null }]]);
  });

  it('looks every second, and reads none that are under way', async () => {
    const deaf = new MemoryChangeFanOut();
    deaf.member = () => ({ tell: () => undefined, listen: () => undefined });
    const { world, engine, worker, orchestration, runs, ends, refused, start } = await watching(deaf);
    const [first, second, third] = [await start(), await start(), await start()];
    await world.advance(1_000);
    const { log } = orchestration.ports;
    const readStream = log.readStream.bind(log);
    const read: StreamId[] = [];
    log.readStream = (...asked) => {
      read.push(asked[0].stream);
      return readStream(...asked);
    };
    await world.advance(3_000);
    expect(read).toEqual([]);
    for (let ended = 0; ended < 2; ended += 1) {
      await worker.complete(worker.held[0]!);
      await settled();
    }
    await engine.orchestration.commandHandlers.submitDeletion.execute(new SubmitDeletion(ANONYMOUS, second));
    await world.advance(2_000);
    expect(ends).toMatchObject([[first, { status: 'completed' }]]);
    expect(refused).toEqual([second]);
    expect(new Set(read)).toEqual(new Set([first, second]));
    runs.remove(third);
    // Whoever is to be started is not there yet, however long that takes.
    const later = idIn(5, 5);
    runs.expect(later);
    await world.advance(5_000);
    expect(refused).toEqual([second]);
    runs.begun(later);
    await world.advance(1_000);
    expect(refused).toEqual([second, later]);
    expect(runs.size).toBe(0);
  });
});

describe('who waits for events', () => {
  it('gets those that there are, then the next as they come, and at the end none', async () => {
    const { process, worker, id } = await open();
    const first = events(process, id, 0);
    await settled();
    expect(first.answer!.map(({ type }) => type)).toEqual(['WorkflowStarted', 'TaskQueued']);
    const next = events(process, id, 2);
    await settled();
    expect(next.answer).toBeUndefined();
    await worker.complete(worker.held[0]!);
    await settled();
    expect(next.answer!.map(({ version, type }) => [version, type])).toEqual([
      [3, 'TaskStarted'],
      [4, 'TaskCompleted'],
      [5, 'TaskQueued'],
    ]);
    await worker.complete(worker.held[0]!);
    await settled();
    const last = events(process, id, 8);
    await settled();
    expect(last.answer).toEqual([]);
  });

  it('is not held when it goes', async () => {
    const { process, id } = await open();
    const leave: (() => void)[] = [];
    const waiting = events(process, id, 2, (go) => void leave.push(go));
    await settled();
    leave[0]!();
    await settled();
    expect(waiting.answer).toEqual([]);
  });
});

describe('a run at any moment of its past', () => {
  it('is the same fold, stopped early', async () => {
    const { process, worker, id } = await open();
    await worker.complete(worker.held[0]!, 1);
    await settled();
    await worker.complete(worker.held[0]!, 2);
    const at = (version?: number) =>
      process.orchestration.queryHandlers.getWorkflow.execute(new GetWorkflow(ANONYMOUS, id, undefined, version));
    expect((await at()).status).toBe('completed');
    expect((await at(4)).tasks.map(({ status }) => status)).toEqual(['completed', 'pending']);
    expect((await at(1)).version).toBe(1);
    await expect(at(99)).rejects.toBeInstanceOf(NotFound);
    expect((await at()).output).toBe(2);
  });
});

describe('what falls due in more than an hour', () => {
  it('fires in time, also where it could not be loaded just then', async () => {
    const world = new World();
    const process = await world.process().start();
    const { id } = await submit(process, definition({ s: { type: 'sleep', input: { duration: '95m' } } }));
    const openRuns = world.views.openRuns.bind(world.views);
    let isAway = false;
    world.views.openRuns = (...asked) => {
      if (isAway) throw new Unavailable('database.unreachable', 'not now');
      return openRuns(...asked);
    };
    for (let half = 1; half <= 3; half += 1) {
      await world.advance(30 * 60_000 - 5_000);
      isAway = true;
      await world.advance(6_000);
      isAway = false;
    }
    await world.advance(6 * 60_000);
    expect(await result(process, id)).toMatchObject({ status: 'completed' });
  });
});
