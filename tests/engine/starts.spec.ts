import { describe, expect, it } from '@jest/globals';
import {
  GetDefinition,
  ListDefinitions,
  ListTasks,
  ListWorkflows,
  SubmitDefinition,
  definitionStream,
  partitionOf,
} from '@orrery/application';
import {
  DEFAULT_NAMESPACE,
  Invalid,
  type Json,
  type JsonObject,
  NotFound,
  type StreamId,
  Unavailable,
  type WorkflowStarted,
} from '@orrery/domain';
import { definition, history, idIn, keyIn, result, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { ANONYMOUS, PARTITIONS, type Process, World } from './support/world.js';

const noop = (output: string) =>
  definition({ a: { type: 'noop', input: output } }, { name: 'greets', output: '${ tasks.a.output }' });

async function open() {
  const world = new World();
  const process = await world.process({ work: () => null }).start();
  return { world, process };
}

function register({ orchestration }: Process, document: JsonObject, context = {}) {
  const text = JSON.stringify(document);
  return orchestration.commandHandlers.submitDefinition.execute(
    new SubmitDefinition({ ...ANONYMOUS, ...context }, { text, format: 'json' }),
  );
}

describe('a start', () => {
  it('finds its definition while somebody is told of that stream, and looks for a run in it', async () => {
    const { process } = await open();
    await register(process, noop('hello'));
    const { aggregates, workflows } = process.orchestration.kernel;
    aggregates.dropIdle(() => true);
    const stream = definitionStream(DEFAULT_NAMESPACE, 'greets');
    const run = aggregates.settled({ namespace: DEFAULT_NAMESPACE, stream }, workflows);
    const start = submit(process, { definition: 'greets' });
    await expect(run).rejects.toThrow(NotFound);
    // Nor in what is in memory by now.
    await expect(aggregates.settled({ namespace: DEFAULT_NAMESPACE, stream }, workflows)).rejects.toThrow(NotFound);
    expect(await start).toMatchObject({ status: 'completed', definition: { name: 'greets', version: 1 } });
  });

  it('with the same key gets the same answer, whatever its name leads to by then', async () => {
    const { process } = await open();
    await register(process, noop('hello'));
    const first = await submit(process, { definition: 'greets' }, { idempotencyKey: 'k' });
    await register(process, noop('good day'));
    const again = await submit(process, { definition: 'greets' }, { idempotencyKey: 'k' });
    expect(again).toEqual({ ...first, created: false, status: 'completed' });
    expect(again.definition.version).toBe(1);
    const other = await submit(process, { definition: 'greets' }, { idempotencyKey: 'other' });
    expect([other.definition.version, other.id === first.id]).toEqual([2, false]);
    const changed = submit(process, { definition: 'greets', input: 1 }, { idempotencyKey: 'k' });
    await expect(changed).rejects.toMatchObject({ code: 'key.reused' });
  });

  it('with the same key gets the same answer, also when its definition would refuse it by now', async () => {
    const { process } = await open();
    const document = noop('hello');
    await register(process, document);
    const first = await submit(process, { definition: 'greets', input: 1 }, { idempotencyKey: 'k' });
    await register(process, { ...document, input: { type: 'string' } });
    const again = await submit(process, { definition: 'greets', input: 1 }, { idempotencyKey: 'k' });
    expect([again.id, again.created, again.definition.version]).toEqual([first.id, false, 1]);
    const changed = submit(process, { definition: 'greets', input: 2 }, { idempotencyKey: 'k' });
    await expect(changed).rejects.toMatchObject({ code: 'key.reused' });
    const fresh = submit(process, { definition: 'greets', input: 1 }, { idempotencyKey: 'fresh' });
    await expect(fresh).rejects.toMatchObject({ code: 'input.invalid' });
  });

  it('without an input has that which the schema says, and with one, be it null, its own', async () => {
    const { world, process } = await open();
    const properties = { a: { default: 1 }, b: { default: 2 } };
    await register(process, { ...noop('hello'), input: { type: ['object', 'null'], default: { a: 7 }, properties } });
    const inputOf = async (input?: Json) => {
      const { id } = await submit(process, { definition: 'greets', input });
      return (history(world, id)[0]!.event as WorkflowStarted).input;
    };
    expect(await inputOf()).toEqual({ a: 7, b: 2 });
    expect(await inputOf({})).toEqual({ a: 1, b: 2 });
    expect(await inputOf(null)).toBeNull();
  });

  it('with the same id is one run, however many come at once', async () => {
    const { world, process } = await open();
    const id = idIn(5);
    const all = await Promise.all(Array.from({ length: 20 }, () => submit(process, { id, definition: noop('x') })));
    expect(all.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(all.map((each) => each.id))).toEqual(new Set([id]));
    expect(world.store.stream(keyIn(id))).toHaveLength(1);
  });

  it('takes an id or a key, and not both', async () => {
    const { process } = await open();
    const both = submit(process, { id: idIn(1), definition: noop('x') }, { idempotencyKey: 'k' });
    await expect(both).rejects.toBeInstanceOf(Invalid);
  });

  it('names a definition and its version, or brings its own', async () => {
    const { process } = await open();
    const registered = await register(process, noop('one'));
    expect(registered).toMatchObject({ name: 'greets', version: 1, created: true });
    expect(await register(process, noop('one'))).toMatchObject({ version: 1, created: false });
    expect(await register(process, noop('two'))).toMatchObject({ version: 2, created: true });
    const outputs = await Promise.all(
      ['greets@1', 'greets@2', 'greets', noop('own')].map(async (named) => {
        const { id, definition } = await submit(process, { definition: named as string });
        return [(await result(process, id)).output, definition.version];
      }),
    );
    expect(outputs).toEqual([
      ['one', 1],
      ['two', 2],
      ['two', 2],
      ['own', null],
    ]);
    for (const unknown of ['nobody', 'greets@3', 'greets@0', 'greets@', 'greets@1e0', 'greets@1@1', '']) {
      await expect(submit(process, { definition: unknown })).rejects.toBeInstanceOf(NotFound);
    }
  });

  it('is refused with every fault of the definition that it brings, or of its input', async () => {
    const { process } = await open();
    await expect(submit(process, definition({ a: { dependsOn: ['b'] } }))).rejects.toBeInstanceOf(Invalid);
    const strict = definition({ a: {} }, { input: { type: 'object', required: ['x'] } });
    await expect(submit(process, { definition: strict, input: {} })).rejects.toMatchObject({ code: 'input.invalid' });
    const large = { definition: definition({ a: {} }), input: 'x'.repeat(2 ** 20) };
    await expect(submit(process, large)).rejects.toMatchObject({ code: 'input.too-large' });
  });

  it('draws an id in a partition of whoever makes it', async () => {
    const world = new World();
    const process = await world.process({}, { partitions: [2, 11] }).start();
    for (let run = 0; run < 30; run++) {
      const { id } = await submit(process, definition({ a: {} }));
      expect([2, 11]).toContain(partitionOf(id, PARTITIONS));
    }
  });

  it('is not refused because somebody looked for it while it was on its way', async () => {
    const { world, process } = await open();
    process.log.beforeRead = () => new Promise((resolve) => world.clock.after(300, resolve));
    process.log.failNext('lost-reply-lost');
    const accepted = submit(process, definition({ a: {} }));
    await world.advance(3_000);
    expect(await accepted).toMatchObject({ created: true });
  });

  it('with the id of a definition begins nothing, and does no harm', async () => {
    const { process } = await open();
    const { position } = await register(process, noop('one'));
    const id = position.stream as StreamId;
    await expect(submit(process, { id, definition: noop('x') })).rejects.toBeInstanceOf(NotFound);
    await expect(result(process, id)).rejects.toBeInstanceOf(NotFound);
  });
});

describe('a definition', () => {
  it('is read with its source, in each of its versions', async () => {
    const { process } = await open();
    await register(process, noop('one'));
    await register(process, noop('two'));
    const read = (name: string, version?: number) =>
      process.orchestration.queryHandlers.getDefinition.execute(new GetDefinition(ANONYMOUS, name, version));
    expect(await read('greets')).toMatchObject({ version: 2, latestVersion: 2, document: noop('two') });
    expect(await read('greets', 1)).toMatchObject({ version: 1, source: JSON.stringify(noop('one')) });
    await expect(read('greets', 3)).rejects.toBeInstanceOf(NotFound);
    await expect(read('nobody')).rejects.toBeInstanceOf(NotFound);
  });

  it('can be registered where somebody else owns its name', async () => {
    const world = new World();
    const owner = await world.process().start();
    const other = await world.process({}, { partitions: [] }).start();
    await register(owner, noop('one'));
    expect(await register(other, noop('two'))).toMatchObject({ version: 2 });
    expect(await register(owner, noop('three'))).toMatchObject({ version: 3 });
    await world.advance(2_000);
    expect((await submit(owner, { definition: 'greets' })).definition.version).toBe(3);
    expect(owner.errors).toEqual([]);
  });
});

describe('a list', () => {
  const lists = ({ orchestration }: Process) => orchestration.queryHandlers;
  const listing = (atLeast?: Awaited<ReturnType<typeof submit>>['position']) => ({
    filter: {},
    page: { limit: 10 },
    ...(atLeast ? { atLeast: { places: [atLeast] } } : {}),
  });

  it('waits until it has come as far as its reader wants', async () => {
    const { world, process } = await open();
    await settled();
    const all = await Promise.all(
      Array.from({ length: 30 }, () => submit(process, definition({ a: { type: 'other' } }))),
    );
    const answers = all.map(({ position }) =>
      lists(process).listWorkflows.execute(new ListWorkflows(ANONYMOUS, listing(position))),
    );
    const tasks = lists(process).listTasks.execute(new ListTasks(ANONYMOUS, listing(all[0]!.position)));
    await world.advance(1_000);
    for (const page of await Promise.all(answers)) expect(page.counts).toEqual({ running: 30 });
    expect((await tasks).items).toHaveLength(10);
  });

  it('says when it cannot come so far in time', async () => {
    const { world, process } = await open();
    const foreign = process.log.begin();
    const { position } = await register(process, noop('x'));
    const list = lists(process).listDefinitions.execute(new ListDefinitions(ANONYMOUS, listing(position)));
    const answer = list.catch((error: unknown) => error);
    await world.advance(1_500);
    expect(await answer).toBeInstanceOf(Unavailable);
    foreign.rollback();
    await world.advance(2_000);
    const after = lists(process).listDefinitions.execute(new ListDefinitions(ANONYMOUS, listing(position)));
    expect((await after).items.map(({ name }) => name)).toEqual(['greets']);
  });
});
