import { describe, expect, it } from '@jest/globals';
import { GetWorkflow } from '@orrery/application';
import { DEFAULT_NAMESPACE, PauseWorkflow, RetryWorkflow, type StreamId } from '@orrery/domain';
import { RemoteWorker } from './support/remote-worker.js';
import { definition, send, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { ANONYMOUS, type Process, World } from './support/world.js';

const details = ({ orchestration }: Process, id: StreamId) =>
  orchestration.queryHandlers.getWorkflow.execute(new GetWorkflow(ANONYMOUS, id));

describe('what a run waits for', () => {
  it('is said in a sentence, of the run and of each task', async () => {
    const world = new World();
    const process = await world.process().start();
    const retry = { maxAttempts: 3, backoff: { initial: '10s', jitter: 'none' } };
    const { id } = await submit(
      process,
      definition({
        held: { retry },
        later: { type: 'other', dependsOn: ['held', 'sleeps'] },
        sleeps: { type: 'sleep', input: { duration: '1m' } },
        queued: { type: 'other', retry },
      }),
    );
    const worker = new RemoteWorker(process);
    await world.advance(1_500);
    const sentences = async () => (await details(process, id)).tasks.map(({ waitingFor }) => waitingFor);
    expect(await sentences()).toEqual([
      'runs since 2030-01-01T00:00:00.000Z on "remote", attempt 1 of 3',
      'waits for "held", "sleeps"',
      'sleeps until 2030-01-01T00:01:00.000Z',
      'waits for a worker of type "other" since 2030-01-01T00:00:00.000Z, attempt 1 of 3: no worker takes "other" just now',
    ]);
    await worker.fail(worker.held[0]!, { code: 'boom', message: 'it broke' });
    expect((await details(process, id)).waitingFor).toBe(
      '"held" is tried again at 2030-01-01T00:00:11.500Z, after attempt 1 of 3 failed: it broke (and 2 more)',
    );
    await send(process, id, new PauseWorkflow({}));
    expect((await details(process, id)).waitingFor).toMatch(/^paused since .*: resume it to go on$/);
  });

  it('is nothing when the run is over', async () => {
    const world = new World();
    const process = await world.process().start();
    const { id } = await submit(process, definition({ a: { type: 'noop' } }));
    expect((await details(process, id)).waitingFor).toBeNull();
  });

  it('names what is being undone', async () => {
    const world = new World();
    const process = await world.process({ work: () => null, fails: () => Promise.reject(new Error('no')) }).start();
    const undo = { compensate: { type: 'undo' } };
    const { id } = await submit(
      process,
      definition({ a: undo, b: { type: 'fails', dependsOn: ['a'], retry: { maxAttempts: 1 } } }),
    );
    await settled();
    expect((await details(process, id)).waitingFor).toMatch(
      /^the compensation of "a" waits for a worker of type "undo"/,
    );
  });
});

describe('the end of a run', () => {
  it.each([
    ['completed', 'work', {}],
    ['failed', 'fails', {}],
    ['compensated', 'fails', { onFailure: 'compensate' }],
  ])('that is %s is told to whoever waits for it', async (status, type, rest) => {
    const world = new World();
    const done: (() => void)[] = [];
    const gate = () => new Promise<null>((resolve) => done.push(() => resolve(null)));
    const process = await world
      .process({ work: gate, fails: () => gate().then(() => Promise.reject(new Error('no'))) })
      .start();
    const { id } = await submit(process, definition({ a: { type, retry: { maxAttempts: 1 } } }, rest));
    const key = { namespace: DEFAULT_NAMESPACE, stream: id };
    const endings = Promise.all([process.orchestration.endings.of(key), process.orchestration.endings.of(key)]);
    await settled();
    done.splice(0).forEach((open) => open());
    await settled();
    for (const ending of await endings) {
      expect(ending.status).toBe(status);
      expect(ending.error?.message).toBe(status === 'failed' ? 'no' : undefined);
    }
  });

  it('names what was to be undone and is not, until that is tried again', async () => {
    const world = new World();
    const fails = () => Promise.reject(new Error('no'));
    const process = await world.process({ work: () => null, fails }).start();
    const retry = { maxAttempts: 1 };
    const undo = { compensate: { type: 'fails', retry } };
    const tasks = { a: undo, b: { dependsOn: ['a'], ...undo }, c: { type: 'fails', dependsOn: ['b'], retry } };
    const { id } = await submit(process, definition(tasks));
    await settled();
    expect(await details(process, id)).toMatchObject({ status: 'failed', notUndone: ['b', 'a'] });
    await send(process, id, new RetryWorkflow({}));
    expect(await details(process, id)).toMatchObject({ status: 'compensating', notUndone: [] });
  });
});
