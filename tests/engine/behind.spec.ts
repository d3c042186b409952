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
});
