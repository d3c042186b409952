import { describe, expect, it } from '@jest/globals';
import { RemoteWorker } from './support/remote-worker.js';
import { definition, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { World } from './support/world.js';

describe('an attempt', () => {
  it('waits on while what is in memory of its run is older than it', async () => {
    const world = new World();
    const process = await world.process().start();
    const { id } = await submit(process, definition({ t0: {} }));
    await settled();
    const { dispatcher } = process.orchestration;
    const waiting = dispatcher.backlog.get(`${id}~0`)!;
    // Of a run that somebody begins anew while its rows are on their way, memory knows neither the attempt nor the task.
    for (const [ordinal, attempt] of [
      [0, 2],
      [7, 1],
    ] as const) {
      dispatcher.offer({ ...waiting, key: `${id}~${ordinal}.${attempt}`, ordinal, attempt });
    }
    const worker = new RemoteWorker(process, { slots: 3 });
    await settled();
    expect(worker.held.map(({ attempt }) => attempt)).toEqual([1]);
    expect(worker.free).toBe(2);
    await world.advance(600);
    expect(process.errors).toEqual([]);
  });

  it('that is offered again when it is over leaves the next one in its place', async () => {
    const world = new World();
    const process = await world.process().start();
    const retry = { maxAttempts: 2, backoff: { initial: '1ms', max: '1ms' } };
    const { id } = await submit(process, definition({ t0: { retry } }));
    await settled();
    const { dispatcher } = process.orchestration;
    const first = dispatcher.backlog.get(`${id}~0`)!;
    const worker = new RemoteWorker(process, { slots: 1 });
    await settled();
    worker.free = -1;
    await worker.fail(worker.held[0]!, { code: 'no', message: 'not yet' });
    await world.advance(10);
    dispatcher.offer(first);
    expect(dispatcher.backlog.get(`${id}~0`)).toMatchObject({ attempt: 2 });
  });
});
