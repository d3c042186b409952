import { describe, expect, it } from '@jest/globals';
import { TaskError } from '@orrery/application';
import { CancelWorkflow, DEFAULT_NAMESPACE, RetryWorkflow } from '@orrery/domain';
import { auditViews } from './support/audit.js';
import { definition, result, send, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { World } from './support/world.js';

describe('the list of tasks', () => {
  it('names no task as failed that was tried again before its run was cancelled', async () => {
    const world = new World();
    const work = () => Promise.reject(new TaskError('bad', 'no'));
    const process = await world.process({ work }).start();
    const retry = { maxAttempts: 2, backoff: { initial: '1m' } };
    const { id } = await submit(process, definition({ a: { retry } }));
    const listed = async () => {
      const { items } = await world.views.listTasks({ namespace: DEFAULT_NAMESPACE }, { limit: 10 });
      return items.filter(({ workflow }) => workflow === id);
    };
    await world.advance(65_000);
    expect(await listed()).toMatchObject([{ key: 'a', status: 'failed' }]);
    // From here on time stands still: what follows comes to the lists at once.
    await submit(process, definition({ other: {} }));
    await settled(60);
    await send(process, id, new RetryWorkflow({}));
    await settled(60);
    await send(process, id, new CancelWorkflow({}));
    await world.advance(2_000);
    expect(await result(process, id)).toMatchObject({ status: 'cancelled' });
    expect(await listed()).toEqual([]);
    await auditViews(world);
  });
});
