import { describe, expect, it } from '@jest/globals';
import { GetWorkflowEvents, ListWorkflows, type OutgoingEvent, SubmitDeletion, TaskError } from '@orrery/application';
import type { StreamId } from '@orrery/domain';
import { MemoryEventExchange } from '@orrery/infrastructure/memory';
import { definition, history, idIn, keyIn, register, result, submit } from './support/runs.js';
import { ANONYMOUS, type Handlers, type Process, World } from './support/world.js';

const works: Handlers = {
  work: () => ({ done: true }),
  fails: () => {
    throw new TaskError('fatal', 'it fails for good');
  },
};
const undone = { compensate: { type: 'work' } };
const shapes = [
  definition({ a: undone, b: { dependsOn: ['a'], type: 'fails', retry: { maxAttempts: 1 } } }),
  definition({ each: { forEach: [1, 2, 3], input: '${ item }' } }),
  definition({ w: { type: 'wait', input: { signal: 'go' } } }, { timeout: '1s' }),
];

async function open(world = new World(), partitions?: readonly number[]) {
  const exchange = new MemoryEventExchange();
  const process = await world.process(works, { exchange, partitions }).start();
  return { world, process, exchange };
}

/** What whoever drops by id has heard of a run. */
const heardOf = (told: readonly OutgoingEvent[], id: StreamId) => [
  ...new Map(told.filter(({ stream }) => stream === id).map((event) => [event.version, event])).values(),
];
const versions = (told: readonly OutgoingEvent[], id: StreamId) => heardOf(told, id).map(({ version }) => version);
const recorded = (world: World, id: StreamId) => history(world, id).map(({ version }) => version);

async function eventsOf({ orchestration }: Process, id: StreamId) {
  const query = new GetWorkflowEvents(ANONYMOUS, id, 0, 1_000);
  return orchestration.queryHandlers.getWorkflowEvents.execute(query);
}

describe('the exchange', () => {
  it('hears of every event that was committed, in the order of its run, as clients are shown it', async () => {
    const { world, process, exchange } = await open();
    const ids = shapes.map((_, index) => idIn(index, index));
    for (const [index, id] of ids.entries()) {
      await submit(process, { id, definition: shapes[index]! }, { traceparent: 'the trace' });
    }
    await world.advance(10_000);
    for (const id of ids) {
      const shown = await eventsOf(process, id);
      expect(exchange.told.filter(({ stream }) => stream === id)).toMatchObject(
        shown.map(({ position: _, ...event }) => ({ ...event, aggregate: 'workflow', namespace: 'default' })),
      );
    }
    expect(heardOf(exchange.told, ids[0]!)[0]).toMatchObject({ traceparent: 'the trace', partition: 0, schema: 1 });
    expect(process.errors).toEqual([]);
  });

  it('is told from memory what was decided here, and the log is not read for it', async () => {
    const { world, process, exchange } = await open();
    await world.advance(1_000);
    const read = process.log.read.bind(process.log);
    let commits = 0;
    process.log.read = async (...asked) => {
      const page = await read(...asked);
      commits += page.commits.length;
      return page;
    };
    const { id } = await submit(process, shapes[0]!, { traceparent: 'the trace' });
    await world.advance(10_000);
    expect(versions(exchange.told, id)).toEqual(recorded(world, id));
    expect(exchange.told.find(({ version }) => version === 1)).toMatchObject({
      actor: 'anonymous',
      traceparent: 'the trace',
    });
    expect(commits).toBe(0);
  });

  it('hears only of what it wants to', async () => {
    const world = new World();
    const exchange = new MemoryEventExchange((name) => name.startsWith('default.workflow.Workflow'));
    const process = await world.process(works, { exchange }).start();
    await register(process, definition({ a: {} }, { name: 'orders' }));
    const { id } = await submit(process, shapes[0]!, { traceparent: 'the trace' });
    await world.advance(10_000);
    const shown = (await eventsOf(process, id)).filter(({ type }) => type.startsWith('Workflow'));
    expect(shown.map(({ type }) => type)).toEqual(['WorkflowStarted', 'WorkflowStopped', 'WorkflowCompensated']);
    expect(exchange.told).toMatchObject(shown.map(({ position: _, ...event }) => event));
    expect(exchange.told).toHaveLength(shown.length);
  });

  it('is told little of what nobody hears, and all that is committed once somebody does', async () => {
    const { world, process, exchange } = await open();
    const published: OutgoingEvent[] = [];
    const publish = exchange.publish.bind(exchange);
    // Also those by which it asks.
    exchange.publish = (events) => (published.push(...events), publish(events));
    const starts = async (many: number) => {
      const runs = Array.from({ length: many }, () => submit(process, definition({ a: {}, b: { dependsOn: ['a'] } })));
      const ids = (await Promise.all(runs)).map(({ id }) => id);
      await world.advance(10_000);
      return ids;
    };
    const countOf = (ids: readonly StreamId[]) => ids.flatMap((id) => recorded(world, id)).length;

    exchange.isHeard = () => false;
    const unheard = await starts(50);
    expect(published.length).toBeGreaterThan(0);
    expect(published.length).toBeLessThan(countOf(unheard) / 4);
    exchange.isHeard = (name) => name.endsWith('Completed');
    const partly = await starts(50);
    for (const id of partly) {
      const types = heardOf(exchange.told, id).map(({ type }) => type);
      expect(types).toEqual(['TaskCompleted', 'TaskCompleted', 'WorkflowCompleted']);
    }
    expect(published.length).toBeLessThan(countOf(unheard) / 4 + countOf(partly) / 2);
    exchange.isHeard = () => true;
    for (const id of await starts(50)) expect(versions(exchange.told, id)).toEqual(recorded(world, id));
    expect(process.errors).toEqual([]);
  });

  it('hears of definitions', async () => {
    const { world, process, exchange } = await open();
    await register(process, definition({ a: {} }, { name: 'orders' }));
    await world.advance(1_000);
    const data = { name: 'orders', version: 1, hash: expect.any(String) };
    expect(exchange.told).toMatchObject([{ aggregate: 'definition', type: 'DefinitionRegistered', version: 1, data }]);
  });

  it('holds nothing up while it is away, and is told everything when it is back', async () => {
    const { world, process, exchange } = await open();
    exchange.away(true);
    const { id } = await submit(process, definition({ a: {}, b: { dependsOn: ['a'] } }));
    await world.advance(5_000);
    expect((await result(process, id)).status).toBe('completed');
    const listing = new ListWorkflows(ANONYMOUS, { filter: {}, page: { limit: 10 } });
    expect((await process.orchestration.queryHandlers.listWorkflows.execute(listing)).counts).toEqual({ completed: 1 });
    expect(exchange.told).toEqual([]);
    exchange.away(false);
    await world.advance(1_000);
    expect(versions(exchange.told, id)).toEqual(recorded(world, id));
  });

  it('is told again, after a crash, what it may not have taken', async () => {
    const { world, process, exchange } = await open();
    const { id } = await submit(process, definition({ a: {} }));
    await world.advance(1_000);
    exchange.away(true);
    const { id: later } = await submit(process, definition({ a: {}, b: { dependsOn: ['a'] } }));
    await world.advance(1_000);
    process.crash();
    const next = await open(world);
    await world.advance(1_000);
    expect(versions(next.exchange.told, id)).toEqual([]);
    expect(versions(next.exchange.told, later)).toEqual(recorded(world, later));
  });

  it('hears from each process of its own partitions, and loses none when they change hands', async () => {
    const world = new World();
    const one = await open(world, [3]);
    const other = await open(world, [4]);
    const nap = definition({ a: { type: 'sleep', input: { duration: '2s' } }, b: { dependsOn: ['a'] } });
    const [mine, theirs] = [idIn(3), idIn(4)];
    for (const id of [mine, theirs]) await submit(one.process, { id, definition: nap });
    await world.advance(1_000);
    expect(versions(one.exchange.told, theirs)).toEqual([]);
    expect(versions(other.exchange.told, mine)).toEqual([]);
    await one.process.ownership.own([]);
    await other.process.ownership.own([3, 4]);
    await world.advance(5_000);
    expect(versions([...one.exchange.told, ...other.exchange.told], mine)).toEqual(recorded(world, mine));
    expect(versions(other.exchange.told, theirs)).toEqual(recorded(world, theirs));
    expect(one.process.errors).toEqual([]);
  });

  it('keeps the events of a deleted run until they are told', async () => {
    const world = new World();
    const exchange = new MemoryEventExchange();
    const keeping = { endedRunsMs: null, deletedRunsMs: 60_000 };
    const process = await world.process(works, { exchange, keeping }).start();
    const first = await submit(process, { id: idIn(3), definition: definition({ a: {} }) });
    await world.advance(10_000);
    exchange.away(true);
    const { id } = await submit(process, { id: idIn(3, 1), definition: definition({ a: {} }) });
    await world.advance(1_000);
    const remove = new SubmitDeletion(ANONYMOUS, id);
    await process.orchestration.commandHandlers.submitDeletion.execute(remove);
    await world.advance(3_600_000);
    const kept = recorded(world, id);
    expect(kept.length).toBeGreaterThan(3);
    exchange.away(false);
    await world.advance(3_600_000);
    expect(versions(exchange.told, id)).toEqual(kept);
    expect(world.store.stream(keyIn(id))).toHaveLength(1);
    expect(versions(exchange.told, first.id)).toEqual(recorded(world, first.id));
  });

  it('that came to a log later hears all that is left in it, the ends of deleted runs too', async () => {
    const world = new World();
    const keeping = { endedRunsMs: null, deletedRunsMs: 60_000 };
    const before = await world.process(works, { keeping }).start();
    const { id } = await submit(before, { id: idIn(3), definition: definition({ a: {} }) });
    await world.advance(1_000);
    await before.orchestration.commandHandlers.submitDeletion.execute(new SubmitDeletion(ANONYMOUS, id));
    await world.advance(3_600_000);
    before.crash();
    const { exchange, process } = await open(world);
    await world.advance(1_000);
    expect(exchange.told).toMatchObject([{ stream: id, type: 'WorkflowDeleted', data: {} }]);
    expect(process.errors).toEqual([]);
  });

  it('that is away does not keep a process from stopping', async () => {
    const { world, process, exchange } = await open();
    exchange.away(true);
    await submit(process, definition({ a: {} }));
    await world.advance(1_000);
    const stopped = process.stop();
    await world.advance(1_000);
    await stopped;
    expect(exchange.told).toEqual([]);
  });
});
