import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type OpenOptions, Orrery, OrreryClosed } from '@orrery/embedded';
import { type TestDatabase, testDatabase } from '@orrery/infrastructure/testing';
import { NonRetryable, OrreryProblem, RetryAfter, TaskFailed, defineWorkflow } from '@orrery/sdk';
import { z } from 'zod';
import { listLog } from './support/list-log.js';
import { Moment } from './support/moment.js';

let database: TestDatabase;
let open: Orrery[];
let said: string[];

beforeEach(async () => {
  database = await testDatabase();
  open = [];
  said = [];
});

// Dropping it fails when a connection was left open.
afterEach(async () => {
  await Promise.all(open.map((orrery) => orrery.close()));
  await database.drop();
  expect(said).toEqual([]);
});

async function openHere(options: OpenOptions = {}): Promise<Orrery> {
  const orrery = await Orrery.open({ databaseUrl: database.url, log: listLog(said), ...options });
  open.push(orrery);
  return orrery;
}

const one = (name: string, type: string, more: object = {}) => ({
  orrery: 'v1',
  name,
  tasks: { it: { type, input: '${ input }', ...more } },
  output: '${ tasks.it.output }',
});

describe('Orrery in a process', () => {
  it('runs a workflow with a handler beside it, and tells how it ended', async () => {
    const orrery = await openHere();
    orrery.task('double', z.object({ n: z.number() }), ({ n }) => n * 2);
    await orrery.definitions.register(one('double', 'double'));
    const run = orrery.run<number>('double', { input: { n: 21 }, labels: { team: 'sky' } });
    const { id, position } = await run.started;
    expect(await run).toEqual({ id, status: 'completed', output: 42, error: null });
    expect(await orrery.waitForEnd(id)).toMatchObject({ status: 'completed', output: 42 });
    const { items, counts } = await orrery.workflows.list({ labels: { team: true }, atLeast: position });
    expect(items).toMatchObject([{ id, labels: { team: 'sky' } }]);
    expect(counts.completed + counts.running).toBe(1);
  });

  it('hands over what came before its handler was there', async () => {
    const orrery = await openHere();
    const run = orrery.run(one('late', 'late'), { input: 1 });
    await run.started;
    orrery.task('late', (input) => ({ input }));
    expect(await run).toMatchObject({ output: { input: 1 } });
  });

  it('gives a handler what a worker gives it', async () => {
    const orrery = await openHere({ workerId: 'here' });
    const seen: unknown[] = [];
    orrery.task('look', (input, context) => {
      const { task, attempt, maxAttempts, idempotencyKey, deadline, signal } = context;
      context.heartbeat({ far: 1 });
      seen.push({ input, attempt, maxAttempts, signal: signal.aborted, hasDeadline: deadline! > new Date() });
      expect(task).toMatchObject({ key: 'it', type: 'look', compensation: false, idempotencyKey, trace: null });
      expect(task).not.toHaveProperty('namespace');
      expect(task.deadline).toBe(deadline!.toISOString());
      return undefined;
    });
    const run = orrery.run(one('look', 'look', { timeouts: { run: '1m', heartbeat: '10s' } }), { input: { a: [1] } });
    expect(await run).toMatchObject({ status: 'completed', output: null });
    expect(seen).toEqual([{ input: { a: [1] }, attempt: 1, maxAttempts: 3, signal: false, hasDeadline: true }]);
    const { id } = await run.started;
    expect((await orrery.workflows.get(id)).tasks).toMatchObject([{ worker: 'here', status: 'completed' }]);
  });

  it('fails an attempt as a handler says', async () => {
    const orrery = await openHere();
    orrery.task('declined', () => {
      throw new NonRetryable('no money', { code: 'card.declined', details: { left: 0 } });
    });
    orrery.task('later', (_input, { attempt }) => {
      if (attempt === 1) throw new RetryAfter(1, 'busy');
      if (attempt === 2) throw new TaskFailed('busy again', { code: 'still busy' });
      return attempt;
    });
    orrery.task('checked', z.object({ n: z.number() }), () => 1);
    orrery.task('cyclic', () => {
      const cyclic: { self?: unknown } = {};
      return (cyclic.self = cyclic);
    });
    const retry = { retry: { maxAttempts: 3, backoff: { initial: '1ms' } } };
    const ends = await Promise.all(
      ['declined', 'later', 'checked', 'cyclic'].map((type) => orrery.run(one(type, type, retry), { input: {} })),
    );
    expect(ends).toMatchObject([
      { status: 'failed', error: { code: 'card.declined', details: { left: 0 } } },
      { status: 'completed', output: 3 },
      { status: 'failed', error: { code: 'input.invalid' } },
      { status: 'failed', error: { code: 'output.invalid' } },
    ]);
  });

  it('undoes by the compensation of the same type', async () => {
    const orrery = await openHere();
    const done: string[] = [];
    orrery.task('book', (input) => void done.push(`book ${(input as { seat: string }).seat}`), {
      compensate: {
        schema: z.object({ seat: z.string() }),
        handler: ({ seat }) => void done.push(`free ${seat}`),
      },
    });
    orrery.task('pay', () => {
      throw new NonRetryable('no');
    });
    const definition = defineWorkflow({ name: 'journey' }, (w) => {
      const input = { seat: '7A' };
      const book = w.task('book', { type: 'book', input, compensate: { type: 'book', input } });
      w.task('pay', { type: 'pay', dependsOn: [book], compensate: { none: 'what fails does nothing' } });
    });
    expect(await orrery.run(definition)).toMatchObject({ status: 'compensated' });
    expect(done).toEqual(['book 7A', 'free 7A']);
  });

  it('ends a handler by its signal when its run is cancelled', async () => {
    const orrery = await openHere();
    const began = new Moment();
    orrery.task('long', (_input, { signal }) => {
      began.come();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('told to end')), { once: true });
      });
    });
    const run = orrery.run(one('long', 'long'));
    const { id } = await run.started;
    await began.reached;
    await orrery.workflows.cancel(id, { reason: 'no longer wanted' });
    expect(await run).toMatchObject({ status: 'cancelled' });
  });

  it('lets go of whoever waits no more, and the run goes on', async () => {
    const orrery = await openHere();
    const go = new Moment();
    orrery.task('slow', () => go.reached);
    const stop = new AbortController();
    const { signal } = stop;
    const run = orrery.run(one('patient', 'slow'), { signal });
    const { id } = await run.started;
    const waiting = [run, orrery.waitForEnd(id, { signal }), orrery.workflows.waitForResult(id, { signal })];
    const rejected = waiting.map((each) => expect(each).rejects.toThrow('enough'));
    stop.abort(new Error('enough'));
    await Promise.all(rejected);
    await expect(orrery.waitForEnd(id, { signal })).rejects.toThrow('enough');
    go.come();
    expect(await orrery.waitForEnd(id)).toMatchObject({ status: 'completed' });
  });

  it('has one handler for a type', async () => {
    const orrery = await openHere();
    orrery.task('same', () => 1);
    expect(() => orrery.task('same', () => 2)).toThrow('there is a handler for same already');
  });
});

describe('Closing', () => {
  it('lets handlers end, also those that start runs, and takes nothing new', async () => {
    const orrery = await openHere();
    const began = new Moment();
    const go = new Moment();
    orrery.task('slow', async () => {
      began.come();
      await go.reached;
      return (await orrery.workflows.start(one('next', 'slow'))).id;
    });
    const run = orrery.run<string>(one('slow', 'slow'));
    await began.reached;
    const closed = orrery.close();
    go.come();
    const { output: next } = await run;
    await Promise.all([closed, orrery.close()]);
    await expect(orrery.workflows.start('slow')).rejects.toThrow(OrreryClosed);
    const again = await openHere();
    expect(await again.workflows.get(next)).toMatchObject({ status: 'running', tasks: [{ status: 'queued' }] });
  });

  it('ends what follows the events of all processes', async () => {
    const [orrery, other] = [await openHere(), await openHere()];
    const filter = { labels: { team: 'sky' }, type: 'WorkflowCompleted' };
    const [events, signal] = [orrery.events(filter), AbortSignal.abort(new Error('never mind'))];
    await events.begun();
    const definition = { orrery: 'v1', name: 'told', tasks: { it: { type: 'noop' } } };
    const runs = [orrery, other, other].map((each) => each.run(definition, { labels: { team: 'sky' } }));
    const ids = new Set((await Promise.all(runs)).map(({ id }) => id));
    const told = [await events.next(), await events.next(), await events.next()];
    expect(new Set(told.map(({ value }) => value?.workflowId))).toEqual(ids);
    // An event is its reader's own.
    Object.assign(told[2]!.value!.data, { output: 'changed' });
    const again = orrery.events({ ...filter, after: told[1]!.value!.cursor });
    expect((await again.next()).value?.data).not.toHaveProperty('output', 'changed');
    await again.return();
    await expect(orrery.events({ ...filter, signal }).next()).rejects.toThrow('never mind');
    const next = expect(events.next()).rejects.toThrow(OrreryClosed);
    await orrery.close();
    await next;
    expect(orrery['engine'].orchestration.live.size).toBe(0);
  });

  it('does not wait for ever, and what was left is done by whoever is next', async () => {
    const orrery = await openHere({ drainMs: 50 });
    const began = new Moment();
    const aborted = new Moment();
    orrery.task('stuck', (_input, { signal }) => {
      signal.addEventListener('abort', () => aborted.come(), { once: true });
      began.come();
      return new Promise(() => undefined);
    });
    const run = orrery.run(one('stuck', 'stuck'));
    const { id } = await run.started;
    const rejected = expect(run).rejects.toThrow(OrreryClosed);
    const waiting = expect(orrery.workflows.waitForResult(id)).rejects.toThrow(OrreryClosed);
    await began.reached;
    await orrery.close();
    await Promise.all([rejected, waiting, aborted.reached]);
    const again = await openHere();
    again.task('stuck', (_input, { attempt }) => attempt);
    expect(await again.workflows.waitForResult(id)).toMatchObject({ status: 'completed', output: 1 });
  });
});

describe('A handler that heeds the word to stop', () => {
  it('has not failed by it: what was left is done by whoever is next', async () => {
    const orrery = await openHere({ drainMs: 50 });
    const began = new Moment();
    orrery.task('heeding', (_input, { signal }) => {
      began.come();
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('told to stop'))));
    });
    const run = orrery.run(one('heeding', 'heeding'));
    const { id } = await run.started;
    const rejected = expect(run).rejects.toThrow(OrreryClosed);
    await began.reached;
    await orrery.close();
    await rejected;
    const again = await openHere();
    again.task('heeding', (_input, { attempt }) => attempt);
    expect(await again.workflows.waitForResult(id)).toMatchObject({ status: 'completed', output: 1 });
    const { items } = await again.workflows.events(id);
    expect(items.filter(({ type }) => type === 'TaskFailed' || type === 'TaskRetryScheduled')).toEqual([]);
  });
});

describe('What is refused', () => {
  it('is refused as over HTTP', async () => {
    const orrery = await openHere();
    const nobody = '00000000-0000-7000-8000-000000000001';
    const refused = async (asking: Promise<unknown>, code: string, status: number) => {
      const error = await asking.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(OrreryProblem);
      expect(error).toMatchObject({ code, status });
      return error as OrreryProblem;
    };
    await refused(orrery.workflows.get(nobody), 'workflow.not-found', 404);
    await refused(orrery.workflows.get('not-an-id'), 'request.invalid', 400);
    await refused(orrery.workflows.start('nobody'), 'definition.not-found', 404);
    await refused(orrery.run('nobody'), 'definition.not-found', 404);
    await refused(orrery.waitForEnd(nobody), 'workflow.not-found', 404);
    await refused(orrery.workflows.start('x', { priority: 10 }), 'request.invalid', 400);
    await refused(orrery.workflows.list({ cursor: 'x' }), 'cursor.invalid', 400);
    await refused(orrery.definitions.get('nobody'), 'definition.not-found', 404);
    const { errors } = await refused(orrery.definitions.register('a: ['), 'document.unreadable', 400);
    expect(errors[0]).toMatchObject({ in: 'body', line: 1 });
    await refused(orrery.workflows.start(one('x', 'y'), { input: 'x'.repeat(1_048_577) }), 'input.too-large', 413);
  });
});
