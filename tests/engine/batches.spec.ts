import { describe, expect, it } from '@jest/globals';
import {
  type BatchItem,
  type Context,
  ListWorkflows,
  SubmitDefinition,
  SubmitWorkflows,
  partitionOf,
} from '@orrery/application';
import { Invalid, type Json } from '@orrery/domain';
import { replayed } from './support/audit.js';
import { listed } from './support/listed.js';
import { definition, idIn, result, submit } from './support/runs.js';
import { ANONYMOUS, PARTITIONS, type Process, World } from './support/world.js';

const nap = definition({ a: { type: 'noop' } }, { name: 'nap', output: 'done' });
const strict = definition({ a: { type: 'noop' } }, { name: 'strict', input: { type: 'string' } });

async function open() {
  const world = new World();
  const process = await world.process({ work: () => null }).start();
  return { world, process };
}

function submitMany({ orchestration }: Process, items: readonly BatchItem[], context: Partial<Context> = {}) {
  const body = JSON.parse(JSON.stringify(items)) as Json;
  return orchestration.commandHandlers.submitWorkflows.execute(
    new SubmitWorkflows({ ...ANONYMOUS, ...context }, items, body),
  );
}

/** What became of each: its id, or why not. */
const outcomes = (settled: Awaited<ReturnType<typeof submitMany>>) =>
  settled.map((each) => (each.status === 'fulfilled' ? each.value.id : each.reason.code));

describe('a batch of starts', () => {
  it('is one commit, in whatever partitions its runs are', async () => {
    const { world, process } = await open();
    const before = world.store.committed.length;
    const settled = await submitMany(
      process,
      Array.from({ length: 1_000 }, () => ({ definition: nap })),
    );
    const ids = outcomes(settled);
    expect(new Set(ids).size).toBe(1_000);
    const starts = world.store.committed.slice(before).filter(({ firstVersion }) => firstVersion === 1);
    expect(starts).toHaveLength(1_000);
    expect(new Set(starts.map(({ cursor }) => cursor.transactionId)).size).toBe(1);
    expect(new Set(starts.map(({ partition }) => partition)).size).toBe(PARTITIONS);
    await world.advance(1_000);
    expect(await result(process, ids.at(-1))).toMatchObject({ status: 'completed', output: 'done' });
  });

  it('starts what is right, and says in its place what is wrong with the rest', async () => {
    const { process } = await open();
    const [taken, given] = [idIn(3), idIn(4)];
    await submit(process, { id: taken, definition: nap });
    const unreadable = new Invalid('request.invalid', 'nobody can read this');
    const settled = await submitMany(process, [
      { definition: nap, id: given },
      { definition: 'nobody' },
      unreadable,
      { definition: strict, input: 7 },
      { definition: nap, id: taken },
      { definition: nap, id: taken, input: 1 },
      { definition: definition({ a: { dependsOn: ['b'] } }) },
      { definition: nap, input: 'x'.repeat(2 ** 20) },
    ]);
    expect(outcomes(settled)).toEqual([
      given,
      'definition.not-found',
      'request.invalid',
      'input.invalid',
      taken,
      'key.reused',
      'definition.invalid',
      'input.too-large',
    ]);
    expect(settled.flatMap((each) => (each.status === 'fulfilled' ? each.value.created : []))).toEqual([true, false]);
  });

  it('with a key is the same batch when it comes again', async () => {
    const { world, process } = await open();
    const items = [{ definition: nap }, { definition: 'nobody' }, { definition: nap, input: 2 }];
    const first = await submitMany(process, items, { idempotencyKey: 'k' });
    await world.advance(1_000);
    const again = await submitMany(process, items, { idempotencyKey: 'k' });
    expect(outcomes(again)).toEqual(outcomes(first));
    expect(again[0]).toMatchObject({ value: { created: false, status: 'completed' } });
    expect(outcomes(await submitMany(process, items, { idempotencyKey: 'other' }))).not.toEqual(outcomes(first));
    expect(outcomes(await submitMany(process, items))).not.toEqual(outcomes(first));
  });

  it('with the key of another batch is refused before anything starts', async () => {
    const { world, process } = await open();
    await submitMany(process, [{ definition: nap }, { definition: nap }], { idempotencyKey: 'k' });
    const before = world.store.committed.length;
    const more = [{ definition: nap }, { definition: nap }, { definition: nap }];
    await expect(submitMany(process, more, { idempotencyKey: 'k' })).rejects.toMatchObject({ code: 'key.reused' });
    expect(world.store.committed).toHaveLength(before);
  });

  it('with the key of a batch whose first item never started refuses what did start, one by one', async () => {
    const { process } = await open();
    await submitMany(process, [{ definition: 'nobody' }, { definition: nap }], { idempotencyKey: 'k' });
    const mended = await submitMany(process, [{ definition: nap }, { definition: nap }], { idempotencyKey: 'k' });
    expect(outcomes(mended)).toEqual([expect.any(String), 'key.reused']);
    expect(mended[0]).toMatchObject({ status: 'fulfilled' });
  });

  it('takes a key, or an id for an item, and not both', async () => {
    const { process } = await open();
    const items = [{ definition: nap, id: idIn(1) }, new Invalid('request.invalid', 'unreadable')];
    const settled = await submitMany(process, items, { idempotencyKey: 'k' });
    expect(outcomes(settled)).toEqual(['request.id-and-key', 'request.invalid']);
    expect(outcomes(await submitMany(process, items.slice(1), { idempotencyKey: 'k' }))).toEqual(['request.invalid']);
  });

  it('names one definition many times, also where somebody else owns it', async () => {
    const { world } = await open();
    const other = await world.process({}, { partitions: [] }).start();
    const text = JSON.stringify(nap);
    await other.orchestration.commandHandlers.submitDefinition.execute(
      new SubmitDefinition(ANONYMOUS, { text, format: 'json' }),
    );
    const settled = await submitMany(other, [{ definition: 'nap' }, { definition: 'nap' }]);
    expect(settled).toMatchObject([
      { value: { definition: { version: 1 } } },
      { value: { definition: { version: 1 } } },
    ]);
    const both = await Promise.all([submit(other, { definition: 'nap' }), submit(other, { definition: 'nap' })]);
    expect(both.map(({ definition: { version } }) => version)).toEqual([1, 1]);
  });

  it('gives a position in each partition, and a list that has come there has every run', async () => {
    const { world, process } = await open();
    const settled = await submitMany(
      process,
      Array.from({ length: 60 }, () => ({ definition: definition({ a: { type: 'other' } }) })),
    );
    const places = settled.flatMap((each) => (each.status === 'fulfilled' ? each.value.position : []));
    expect(places.every(({ stream, partition }) => partitionOf(stream as never, PARTITIONS) === partition)).toBe(true);
    const listing = { filter: {}, page: { limit: 100 }, atLeast: { places } };
    const list = process.orchestration.queryHandlers.listWorkflows.execute(new ListWorkflows(ANONYMOUS, listing));
    await world.advance(1_000);
    expect((await list).items).toHaveLength(60);
  });
});

describe('a batch of the lists', () => {
  it('lets others have their turn, and lists the same', async () => {
    const { world, process } = await open();
    await submitMany(
      process,
      Array.from({ length: 120 }, () => ({ definition: nap })),
    );
    await world.advance(1_000);
    let turns = 0;
    const views = await replayed(world, async () => void turns++);
    expect(turns).toBe(2);
    expect(await listed(views)).toEqual(await listed(world.views));
  });
});
