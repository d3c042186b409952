import { RetryWorkflow } from '@orrery/domain';
import { RemoteWorker } from '../../engine/support/remote-worker.js';
import { definition, send, submit } from '../../engine/support/runs.js';
import { settled } from '../../engine/support/test-clock.js';
import { type Scenario, fails, once, open, runs, undo, undone } from './scenario.js';

/** How tasks follow each other, fail, are tried again and undone. */
export const OF_TASKS: { readonly [name: string]: Scenario } = {
  chain: runs(
    definition({ a: {}, b: { dependsOn: ['a'] }, c: { dependsOn: ['b'] } }, { output: '${ tasks.c.output }' }),
  ),

  fan: runs(
    definition(
      {
        split: { type: 'noop', input: { parts: [1, 2] } },
        left: { dependsOn: ['split'], input: '${ tasks.split.output.parts[0] }' },
        right: { dependsOn: ['split'], input: '${ tasks.split.output.parts[1] }' },
        never: { dependsOn: ['split'], when: '${ size(tasks.split.output.parts) > 2 }' },
        join: { dependsOn: ['left', 'right', 'never'] },
      },
      { output: { left: '${ tasks.left.output.input }', right: '${ tasks.right.output.input }' } },
    ),
  ),

  saga: runs(
    undone({
      a: undo(),
      b: { dependsOn: ['a'], ...undo() },
      c: { dependsOn: ['a'] },
      d: { dependsOn: ['b', 'c'], ...once, ...fails(9) },
    }),
  ),

  'failing-compensation': async (world) => {
    const document = undone({
      a: undo(),
      b: { dependsOn: ['a'], ...undo(1) },
      c: { dependsOn: ['b'], ...once, ...fails(9) },
    });
    const process = await open(world);
    const { id } = await submit(process, document);
    await world.advance(1_000);
    await send(process, id, new RetryWorkflow({}));
    await world.advance(60_000);
  },

  retries: runs(
    definition({
      equal: fails(2),
      full: { ...fails(2), retry: { backoff: { initial: '3s', jitter: 'full' } } },
      none: { ...fails(2), retry: { backoff: { initial: '100ms', jitter: 'none' } } },
      asked: fails(1, { retryAfterMs: 7_000 }),
    }),
  ),

  'fails-for-good': runs(
    definition({
      a: { ...fails(1, { code: 'card.declined' }), retry: { nonRetryable: ['card.declined'] } },
      b: { type: 'nobody.does' },
    }),
  ),

  timeouts: async (world) => {
    const process = await open(world);
    new RemoteWorker(process, { types: ['slow'], slots: 9 });
    const held = { type: 'slow', timeouts: { run: '3s' }, retry: { maxAttempts: 2 } };
    await submit(process, definition({ held }));
    await submit(process, definition({ queued: { type: 'nobody.does', timeouts: { queue: '5s' }, ...once } }));
    await world.advance(30_000);
  },

  'silent-worker': async (world) => {
    const process = await open(world);
    const silent = new RemoteWorker(process, { types: ['slow'], workerId: 'silent' });
    await submit(process, definition({ a: { type: 'slow' } }));
    await settled();
    silent.disconnect();
    await world.advance(30_000);
    const next = new RemoteWorker(process, { types: ['slow'], workerId: 'next' });
    await world.advance(2_000);
    await next.complete(next.held[0]!, { by: 'next' });
    await world.advance(2_000);
  },

  sleeps: runs(
    definition({
      a: { type: 'sleep', input: { duration: '10s' } },
      b: { type: 'sleep', input: { until: '2030-01-01T00:00:30Z' } },
      past: { type: 'sleep', input: { until: '2020-01-01T00:00:00Z' } },
      after: { dependsOn: ['a', 'b', 'past'] },
    }),
  ),

  lists: runs(
    undone({
      items: { forEach: '${ input }', concurrency: 2, input: { fails: '${ item }' }, ...undo() },
      none: { forEach: [] },
      after: { dependsOn: ['items', 'none'], input: '${ size(tasks.items.output) }' },
      stop: { dependsOn: ['after'], ...once, ...fails(9) },
    }),
    { input: [0, 1, 0, 2, 0] },
  ),

  'list-fails': runs(
    definition({ items: { forEach: [0, 9, 0, 0], concurrency: 2, input: { fails: '${ item }' }, ...once } }),
  ),

  optional: runs(
    definition(
      { a: { ...fails(9), ...once, optional: true }, b: { dependsOn: ['a'] } },
      { output: '${ tasks.a.output }' },
    ),
  ),

  'http-fails': runs(
    definition({ call: { type: 'http', input: { url: 'https://bank.example' }, retry: { maxAttempts: 2 } } }),
  ),

  'expressions-fail': async (world) => {
    const process = await open(world);
    for (const more of [{ input: '${ input.no.such }' }, { when: '${ input }' }, { forEach: '${ input.a }' }]) {
      await submit(process, { definition: definition({ a: { ...once, ...more } }), input: { a: 1 } });
    }
    await submit(process, { definition: definition({ a: {} }, { output: '${ input.none }' }), input: {} });
    await world.advance(5_000);
  },
};
