import { describe, expect, it } from '@jest/globals';
import { NonRetryable, OrreryProblem, RetryAfter } from '@orrery/sdk';
import { byGlobalTimer, calmly, failure, sleepy, waiting, work } from './kit.harness.js';
import type { NoAnswer } from './outside.js';
import { simulate } from './simulate.js';

describe('the simulated Orrery', () => {
  it('has the handlers of a worker: schemas, failures, retries, compensation, heartbeats', async () => {
    await calmly(async (orrery) => {
      const begin = Date.now();
      const undone: unknown[] = [];
      const schema = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } } as const;
      orrery
        .task(
          'work',
          schema,
          async ({ n }, ctx) => {
            if (ctx.attempt === 1) throw new RetryAfter(60_000, 'later');
            for (let beat = 0; beat < 3; beat += 1) {
              await byGlobalTimer(3_000);
              ctx.heartbeat();
            }
            return n + 1;
          },
          { compensate: (input) => void undone.push(input) },
        )
        .task('fail', () => {
          throw new NonRetryable('no', { code: 'never' });
        });
      const definition = {
        ...work({
          input: { n: 1 },
          timeouts: { heartbeat: '5s', run: '20s' },
          compensate: { type: 'work', input: '${ tasks.it.output }' },
        }),
        onFailure: 'compensate',
      };
      Object.assign(definition.tasks, { then: { type: 'fail', dependsOn: ['it'] } });
      const { status, error } = await orrery.run(definition);
      expect([status, error?.code, undone]).toEqual(['compensated', 'never', [2]]);
      expect(Date.now() - begin).toBeGreaterThanOrEqual(69_000);
    });
  });

  it('has the calls of a client', async () => {
    await calmly(async (orrery) => {
      await orrery.definitions.register(JSON.stringify(waiting));
      const run = orrery.run('waiting', { id: '5eed0000-0000-4000-8000-000000000001' });
      const { id } = await run.started;
      await orrery.workflows.signal(id, 'go', { by: 'me' });
      expect(await run).toMatchObject({ id, status: 'completed' });
      const events: string[] = [];
      for await (const { type } of orrery.workflows.follow(id)) events.push(type);
      expect([events[0], events.at(-1)]).toEqual(['WorkflowStarted', 'WorkflowCompleted']);
      const page = await orrery.workflows.list({
        status: 'completed',
        atLeast: (await orrery.workflows.get(id)).position,
      });
      expect(page.items.map((item) => item.id)).toEqual([id]);
      await expect(orrery.workflows.cancel(id)).rejects.toThrow(OrreryProblem);
      await expect(orrery.run('nobody')).rejects.toThrow('definition.not-found');
    });
  });

  it('tells events as they happen, each once, whatever breaks and however slowly they are taken', async () => {
    await simulate({ seeds: 10 }, async (orrery) => {
      orrery.task('work', () => null);
      const events = orrery.events({ labels: { team: 'sky' } });
      await events.begun();
      const started = await Promise.all(
        ['sky', 'sun', 'sky', 'sky'].map((team) => orrery.workflows.start(work(), { labels: { team } })),
      );
      const wanted: string[] = [];
      for (const { id } of started) {
        await orrery.workflows.waitForResult(id);
        const { items } = await orrery.workflows.events(id);
        if (id !== started[1]!.id) wanted.push(...items.map(({ version }) => `${id}:${version}`));
      }
      const told: string[] = [];
      for await (const { workflowId, version } of events) {
        told.push(`${workflowId}:${version}`);
        if (told.length === wanted.length) break;
        if (told.length === 3) await orrery.sleep(60_000);
      }
      const inOrder = started.flatMap(({ id }) => told.filter((name) => name.startsWith(id)));
      expect(inOrder).toEqual(wanted);
    });
  });

  it('tells a handler that its run was cancelled', async () => {
    for (const seed of [1, 2, 3]) {
      await simulate({ seed, faults: 'none' }, async (orrery) => {
        const aborted = new Promise((resolve) => {
          orrery.task(
            'work',
            (_input, { signal }) =>
              new Promise<void>((done) => {
                signal.addEventListener('abort', () => done(resolve(true)));
              }),
          );
        });
        const run = orrery.run({ ...work(), onFailure: { running: 'cancel' } });
        const { id } = await run.started;
        await orrery.sleep(1_000);
        await orrery.workflows.cancel(id);
        expect([await aborted, (await run).status]).toEqual([true, 'cancelled']);
      });
    }
  });

  it('takes handlers before its first call alone, one for a type', async () => {
    const late = await failure(
      calmly(async (orrery) => {
        await orrery.definitions.register(sleepy);
        orrery.task('work', () => null);
      }),
    );
    expect(late.message).toContain('the handler of work comes too late');
    const twice = await failure(calmly((orrery) => orrery.task('work', () => 1).task('work', () => 2)));
    expect(twice.message).toContain('there is a handler for work already');
  });

  it('refuses a definition with every fault, as the API does', async () => {
    const { cause } = await failure(calmly((orrery) => orrery.run({ orrery: 'v1', name: 'none' })));
    expect(cause).toBeInstanceOf(OrreryProblem);
    expect((cause as OrreryProblem).errors.length).toBeGreaterThan(0);
  });

  it('lets the answers of systems outside be lost', async () => {
    const answers = new Set<string>();
    await simulate({ seeds: 60, faults: { crashes: false } }, async (orrery) => {
      const bank = orrery.outside({ name: 'bank', charge: () => 1 });
      orrery.task('work', async () => {
        for (let call = 0; call < 5; call += 1)
          answers.add(await bank.charge().then(String, (error: unknown) => (error as NoAnswer).name));
        return bank.name;
      });
      await orrery.run(work());
    });
    expect(answers).toEqual(new Set(['1', 'NoAnswer']));
  });
});
