import { describe, expect, it } from '@jest/globals';
import { auditLog, openRuns } from './support/audit.js';
import { definition, result, story, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { World } from './support/world.js';

describe('a process that stops', () => {
  it('records what its workers have ended, hands out nothing more, and leaves the rest to the next', async () => {
    const world = new World();
    world.turns = () => 3;
    const finish: (() => void)[] = [];
    const slow = { work: () => new Promise<null>((resolve) => finish.push(() => resolve(null))) };
    const first = await world.process(slow, { concurrency: 2 }).start();
    const { id } = await submit(first, definition({ a: {}, b: {}, c: {}, d: { dependsOn: ['a', 'b'] } }));
    await settled();
    expect(first.handed).toHaveLength(2);
    const stopped = first.stop();
    finish.splice(0).forEach((done) => done());
    await world.advance(1_000);
    await stopped;
    expect(story(world, id)).toEqual(
      expect.arrayContaining(['TaskCompleted 0.1', 'TaskCompleted 1.1', 'TaskQueued 3.1']),
    );
    expect(first.handed).toHaveLength(2);
    expect(first.errors).toEqual([]);
    const second = await world.process({ work: () => null }).start();
    await settled();
    expect((await result(second, id)).status).toBe('completed');
    expect(second.handed.map(({ key }) => key).sort()).toEqual(['c', 'd']);
    auditLog(world);
    expect(openRuns(world)).toEqual([]);
  });

  it('keeps the result of its work until the log can take it', async () => {
    const world = new World();
    const process = await world.process({ work: () => 'done' }).start();
    const { id } = await submit(process, definition({ a: {} }));
    for (let fault = 0; fault < 300; fault++) process.log.failNext('unavailable');
    await world.advance(60_000);
    expect((await result(process, id)).status).toBe('completed');
    expect(process.handed).toHaveLength(1);
  });

  it('does not wait for a log that stays away', async () => {
    const world = new World();
    const process = await world.process({ work: () => 'done' }).start();
    await submit(process, definition({ a: {} }));
    await settled(1);
    for (let fault = 0; fault < 1_000; fault++) process.log.failNext('unavailable');
    await world.advance(500);
    const stopped = Promise.all([process.worker.stop(), process.orchestration.engine.stop()]);
    await world.advance(30_000);
    await stopped;
    expect(process.orchestration.dispatcher.leases.size).toBe(0);
  });
});
