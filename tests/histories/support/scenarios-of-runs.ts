import { SubmitDeletion } from '@orrery/application';
import { CancelWorkflow, PauseWorkflow, ResumeWorkflow, RetryWorkflow } from '@orrery/domain';
import { definition, idIn, register, send, submit } from '../../engine/support/runs.js';
import { ANONYMOUS } from '../../engine/support/world.js';
import { type Scenario, child, commanded, fails, open, parent, runs, signal, undo, undone } from './scenario.js';

const DAY_MS = 24 * 3_600_000;

/** What is sent to runs by people, by other runs and by time, and what becomes of them in the end. */
export const OF_RUNS: { readonly [name: string]: Scenario } = {
  'retried-by-hand': async (world) => {
    const document = definition(
      { a: {}, b: { dependsOn: ['a'], ...fails(3) }, c: { dependsOn: ['b'] } },
      { timeout: '1h' },
    );
    const process = await open(world);
    const { id } = await submit(process, document);
    await world.advance(60_000);
    await send(process, id, new RetryWorkflow({}));
    await world.advance(60_000);
  },

  'whole-run-timeout': runs(undone({ a: undo(), b: { dependsOn: ['a'], type: 'nobody.does' } }, { timeout: '20s' })),

  signals: async (world) => {
    const process = await open(world);
    const wait = (name: string, more: object = {}) => ({ type: 'wait', input: { signal: name, ...more } });
    const document = definition({
      first: { type: 'sleep', input: { duration: '5s' } },
      early: { dependsOn: ['first'], ...wait('early') },
      late: wait('late'),
      again: { dependsOn: ['late'], ...wait('late') },
      never: { ...wait('never', { timeout: '20s' }), optional: true },
    });
    await commanded(process, world, document, [signal('early', 1), ...[2, 3, 4].map((n) => signal('late', { n }))]);
  },

  children: async (world) => {
    const process = await open(world);
    await register(process, child({ work: { input: '${ input }' } }, { output: '${ tasks.work.output.did }' }));
    await submit(process, {
      definition: parent({}, { output: '${ tasks.a.output }' }),
      input: { fails: 1 },
      priority: 3,
    });
    await submit(process, { definition: parent({ retry: { maxAttempts: 2 } }), input: { fails: 9 } });
    await world.advance(60_000);
  },

  'children-commanded': async (world) => {
    const process = await open(world);
    await register(process, child({ a: { type: 'nobody.does' } }));
    const commands = [new PauseWorkflow({}), new ResumeWorkflow({}), new CancelWorkflow({ reason: 'enough' })];
    await commanded(process, world, parent(), commands);
  },

  cancelled: async (world) => {
    const process = await open(world);
    const document = undone({ a: undo(), b: { dependsOn: ['a'], type: 'nobody.does' } });
    await commanded(process, world, document, [new CancelWorkflow({})]);
    await commanded(process, world, document, [new CancelWorkflow({ reason: 'as it is', compensate: false })]);
  },

  'paused-and-resumed': async (world) => {
    const process = await open(world);
    const wait = { type: 'wait', input: { signal: 'go', timeout: '30s' } };
    const document = definition(
      {
        a: fails(1),
        nap: { type: 'sleep', input: { duration: '9s' } },
        wait,
        end: { dependsOn: ['a', 'nap', 'wait'] },
      },
      { timeout: '1h' },
    );
    const { id } = await submit(process, document);
    await send(process, id, new PauseWorkflow({}));
    await world.advance(100_000);
    await send(process, id, signal('go', 'while it was paused'));
    await world.advance(1_000);
    await send(process, id, new ResumeWorkflow({}));
    await world.advance(60_000);
  },

  'priorities-and-labels': async (world) => {
    const process = await open(world);
    const document = { ...definition({ a: { priority: 8 }, b: { priority: 2 }, c: {} }), name: 'labelled' };
    await submit(process, {
      definition: document,
      priority: 4,
      labels: { order: 'C-1' },
      input: { any: [1, 'x', null] },
    });
    await world.advance(2_000);
  },

  'many-at-once': async (world) => {
    const process = await open(world);
    const document = definition({ a: { type: 'wait', input: { signal: 'go' } }, b: { type: 'nobody.does' } });
    const { id } = await submit(process, document, { idempotencyKey: 'start', correlation: 'c', traceparent: 't' });
    const keys = Array.from({ length: 8 }, (_, n) => ({ idempotencyKey: `key ${n % 6}` }));
    await Promise.all(keys.map((context, n) => send(process, id, signal('go', n % 6), context)));
    await send(process, id, new CancelWorkflow({}));
    await world.advance(2_000);
  },

  definitions: async (world) => {
    const process = await open(world);
    for (const priority of [1, 2, 1]) await register(process, { ...definition({ a: { priority } }), name: 'versions' });
    await submit(process, { definition: 'versions' });
    await submit(process, { definition: 'versions@1' });
    await world.advance(2_000);
  },

  'taken-over': async (world) => {
    const first = await open(world);
    await submit(first, {
      id: idIn(1),
      definition: definition({ nap: { type: 'sleep', input: { duration: '9s' } }, b: fails(2) }),
    });
    await world.advance(100);
    first.crash();
    await world.advance(5_000);
    await open(world);
    await world.advance(60_000);
  },

  deleted: async (world) => {
    const process = await open(world);
    const { id } = await submit(process, definition({ a: {} }));
    await world.advance(1_000);
    await process.orchestration.commandHandlers.submitDeletion.execute(new SubmitDeletion(ANONYMOUS, id));
    await world.advance(2_000);
  },

  forgotten: async (world) => {
    const process = await open(world, { keeping: { endedRunsMs: 1_000, deletedRunsMs: 0 } });
    await submit(process, definition({ a: {}, b: { dependsOn: ['a'] } }));
    await world.advance(2 * DAY_MS);
    await submit(process, definition({ kept: { type: 'nobody.does' } }));
    await world.advance(1_000);
  },
};
