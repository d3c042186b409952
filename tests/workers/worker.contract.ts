import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import getPort from 'get-port';
import { OrreryClient } from '@orrery/sdk';
import { type Program, Standalone, build, dataDirectory, endPrograms } from '../e2e/support/standalone.js';
import { until } from '../e2e/support/until.js';

jest.setTimeout(90_000);

const startServer = async (data: string, port: number, env: Readonly<Record<string, string>>) => {
  const server = new Standalone(data, port, { args: ['--no-examples'], env });
  await server.ready();
  return server;
};

/**
 * What is expected of a worker in any language and over any transport. It does `contract.echo`, `contract.fail` and
 * `contract.slow`, and says on standard error when a slow one has `begun` and
 * `finished`, and when it was told to stop that `nothing new is taken`.
 */
export function describeWorker(
  name: string,
  start: (url: string) => Program,
  /** The settings of its server. */
  env: Readonly<Record<string, string>> = {},
): void {
  describe(name, () => {
    let server: Standalone;
    let worker: Program;
    let orrery: OrreryClient;

    beforeAll(() => build('standalone'));
    beforeEach(async () => {
      server = await startServer(await dataDirectory(), await getPort(), env);
      orrery = new OrreryClient({ url: server.url });
      worker = start(server.url);
    });
    afterEach(endPrograms);

    const run = async (task: object) => {
      const tasks = { only: { compensate: { none: 'a spec' }, ...task } };
      const definition = { orrery: 'v1', name: 'contract', tasks, output: '${ tasks.only.output }' };
      return (await orrery.workflows.start(definition)).id;
    };
    const slow = (ms: number, more: object = {}) => ({ type: 'contract.slow', input: { ms }, ...more });
    const retry = { maxAttempts: 2, backoff: { initial: '10ms' } };
    const attemptOf = async (id: string) => (await orrery.workflows.get(id)).tasks[0]!.attempt;
    const end = (id: string) => orrery.workflows.waitForResult(id, { timeoutMs: 60_000 });
    const said = (words: string, times = 1) => until(async () => worker.stderr.split(words).length > times);

    it('does a task', async () => {
      const input = { text: 'ä "quoted" 🪐', list: [1, 2.5, null, true], nothing: {} };
      expect(await end(await run({ type: 'contract.echo', input }))).toMatchObject({
        status: 'completed',
        output: input,
      });
    });

    it('fails an attempt so that another may help, or none', async () => {
      const [again, never] = [true, false].map((retryable) => ({
        type: 'contract.fail',
        input: { code: retryable ? 'contract.again' : 'contract.never', retryable },
        retry,
      }));
      const ids = [await run(again!), await run(never!)];
      expect(await end(ids[0]!)).toMatchObject({ status: 'failed', error: { code: 'contract.again' } });
      expect(await end(ids[1]!)).toMatchObject({ status: 'failed', error: { code: 'contract.never' } });
      expect([await attemptOf(ids[0]!), await attemptOf(ids[1]!)]).toEqual([2, 1]);
    });

    it('keeps a long task alive', async () => {
      const id = await run(slow(3_000, { timeouts: { heartbeat: '1500ms' }, retry }));
      expect(await end(id)).toMatchObject({ status: 'completed', output: { attempt: 1 } });
    });

    it('stops a task whose run is cancelled', async () => {
      const id = await run(slow(60_000));
      await said('begun');
      await orrery.workflows.cancel(id);
      expect(await end(id)).toMatchObject({ status: 'cancelled' });
      expect(worker.stderr).not.toContain('finished');
      expect(await end(await run({ type: 'contract.echo', input: 1 }))).toMatchObject({ output: 1 });
    });

    it('loses no result to a server that is killed and started again', async () => {
      const ids = [await run(slow(3_000)), await run(slow(3_000))];
      // By then the server has written down who may hold what.
      for (const id of ids) await until(async () => (await orrery.workflows.get(id)).tasks[0]!.status === 'running');
      await server.end('SIGKILL');
      await said('finished', 2);
      server = await startServer(server.data, server.port, env);
      for (const id of ids) expect(await end(id)).toMatchObject({ status: 'completed', output: { attempt: 1 } });
      expect(worker.stderr.split('begun')).toHaveLength(3);
    });

    it('ends what is under way when it is told to stop, and takes nothing new', async () => {
      const id = await run(slow(1_500));
      await said('begun');
      worker.signal('SIGTERM');
      await said('nothing new is taken');
      await run(slow(0));
      expect(await worker.exit()).toBe(0);
      expect(await end(id)).toMatchObject({ status: 'completed', output: { attempt: 1 } });
      expect(worker.stderr.split('begun')).toHaveLength(2);
    });

    it('goes on when a result comes too late', async () => {
      const id = await run(slow(0, { input: { ms: 2_500, deaf: true }, timeouts: { run: '1s' }, retry }));
      expect(await end(id)).toMatchObject({ status: 'failed', error: { code: 'task.timed-out' } });
      await said('finished', 2);
      expect(await end(await run({ type: 'contract.echo', input: 'still here' }))).toMatchObject({
        output: 'still here',
      });
    });
  });
}
