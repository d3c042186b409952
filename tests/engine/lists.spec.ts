import { describe, expect, it } from '@jest/globals';
import { TaskError } from '@orrery/application';
import { CancelWorkflow, PauseWorkflow, ResumeWorkflow, RetryWorkflow } from '@orrery/domain';
import { auditLog, auditViews } from './support/audit.js';
import { definition, history, result, send, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { World } from './support/world.js';

const times2 = { work: (input: unknown) => (input as number) * 2 };
const doubled = (forEach: unknown, more: object = {}) =>
  definition({ a: { forEach, input: '${ item }', ...more } }, { output: '${ tasks.a.output }' });

describe('a list', () => {
  it('is done item by item, and gives the list of their outputs', async () => {
    const world = new World();
    const process = await world.process(times2).start();
    const { id } = await submit(process, { definition: doubled('${ input }', { concurrency: 2 }), input: [1, 2, 3] });
    await settled(60);
    expect(await result(process, id)).toMatchObject({ status: 'completed', output: [2, 4, 6] });
    expect(process.handed.map(({ key, input }) => [key, input])).toEqual([
      ['a[0]', 1],
      ['a[1]', 2],
      ['a[2]', 3],
    ]);
    expect(new Set(process.handed.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3);
    await world.advance(2_000);
    auditLog(world);
    await auditViews(world);
    const { items } = await world.views.listRuns({ namespace: 'default' as never }, { limit: 10 });
    expect(items[0]).toMatchObject({ tasksTotal: 4, tasksEnded: 4 });
  });

  it('is undone item by item, each with its own output, last first', async () => {
    const world = new World();
    const undone: unknown[] = [];
    const handlers = {
      ...times2,
      undo: (input: unknown) => undone.push(input),
      bad: () => Promise.reject(new TaskError('bad', 'no', { retryable: false })),
    };
    const process = await world.process(handlers).start();
    const compensate = { type: 'undo', input: '${ [item, tasks.a.output] }' };
    const tasks = {
      a: { forEach: [1, 2, 3], concurrency: 1, input: '${ item }', compensate },
      b: { type: 'bad', dependsOn: ['a'] },
    };
    const { id } = await submit(process, definition(tasks));
    await settled(120);
    expect(await result(process, id)).toMatchObject({ status: 'compensated' });
    expect(undone).toEqual([
      [3, 6],
      [2, 4],
      [1, 2],
    ]);
  });

  it('goes on where it was after a crash at any moment, a pause or a retry', async () => {
    for (let turns = 0; turns < 40; turns++) {
      const world = new World();
      world.turns = () => 1;
      const first = await world.process(times2).start();
      const { id } = await submit(first, doubled([1, 2, 3, 4, 5], { concurrency: 2 }));
      await settled(turns);
      first.crash();
      const second = await world.process(times2).start();
      await send(second, id, new PauseWorkflow({})).catch(() => undefined);
      await world.advance(1_000);
      await send(second, id, new ResumeWorkflow({})).catch(() => undefined);
      await world.advance(20_000);
      expect({ turns, ...(await result(second, id)) }).toMatchObject({
        turns,
        status: 'completed',
        output: [2, 4, 6, 8, 10],
      });
      auditLog(world);
    }
  }, 60_000);

  it('tries its failed items again after a retry by hand, and no others', async () => {
    const world = new World();
    let isBroken = true;
    const handler = (input: unknown) => {
      if (isBroken && input === 2) throw new TaskError('bad', 'no', { retryable: false });
      return input as number;
    };
    const process = await world.process({ work: handler }).start();
    const { id } = await submit(process, doubled([1, 2, 3]));
    await settled(60);
    expect(await result(process, id)).toMatchObject({ status: 'failed' });
    isBroken = false;
    await send(process, id, new RetryWorkflow({}));
    await settled(60);
    expect(await result(process, id)).toMatchObject({ status: 'completed', output: [1, 2, 3] });
    expect(process.handed.map(({ key, attempt }) => `${key}.${attempt}`)).toEqual([
      'a[0].1',
      'a[1].1',
      'a[2].1',
      'a[1].2',
    ]);
  });

  it('of ten thousand items is handed out, and cancelled', async () => {
    const world = new World();
    const process = await world.process(times2, { concurrency: 100_000 }).start();
    const items = [...Array(10_000).keys()];
    const done = await submit(process, { definition: doubled('${ input }'), input: items });
    await settled(200);
    expect((await result(process, done.id)).output).toEqual(items.map((item) => item * 2));
    const waiting = await submit(process, { definition: doubled('${ input }', { type: 'nobody' }), input: items });
    await send(process, waiting.id, new CancelWorkflow({}));
    await settled(400);
    expect(await result(process, waiting.id)).toMatchObject({ status: 'cancelled' });
    expect(history(world, waiting.id).filter(({ event }) => event.type === 'TaskWithdrawn')).toHaveLength(10_000);
    expect(process.errors).toEqual([]);
  }, 30_000);
});
