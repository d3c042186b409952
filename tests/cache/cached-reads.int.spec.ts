import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { ANONYMOUS, SendToWorkflow, SubmitDeletion, SubmitWorkflow } from '@orrery/application';
import { CancelWorkflow, RetryWorkflow, type StreamId } from '@orrery/domain';
import { type TestDatabase, testDatabase } from '@orrery/infrastructure/testing';
import { describePrivateRedis } from '@orrery/infrastructure/testing/describe-redis';
import { type PrivateRedis, startPrivateRedis } from '@orrery/infrastructure/testing/redis';
import { until } from '../e2e/support/until.js';
import { Chance } from '../replicas/support/chance.js';
import { WrittenRun } from '../replicas/support/written-run.js';
import { type CachedProcess, openCached } from './support/two-processes.js';

jest.setTimeout(60_000);

const WAITS = { orrery: 'v1', name: 'waits', tasks: { wait: { type: 'wait', input: { signal: 'never' } } } };

describePrivateRedis('A run that is read by two processes over one Redis', () => {
  let database: TestDatabase;
  let server: PrivateRedis;
  let engine: CachedProcess;
  let other: CachedProcess;

  beforeAll(async () => {
    database = await testDatabase();
    server = await startPrivateRedis();
  });
  beforeEach(async () => {
    engine = await openCached(database.url, server.url);
    other = await openCached(database.url, server.url);
    await engine.start();
  });
  afterEach(async () => {
    await Promise.all([engine.close(), other.close()]);
  });
  afterAll(async () => {
    await server.remove();
    await database.drop();
  });

  const submit = (request = {}) =>
    engine.orchestration.commandHandlers.submitWorkflow.execute(
      new SubmitWorkflow(ANONYMOUS, { definition: WAITS, ...request }),
    );
  const send = async ({ orchestration }: CachedProcess, id: StreamId, command: CancelWorkflow | RetryWorkflow) =>
    (await orchestration.commandHandlers.sendToWorkflow.execute(new SendToWorkflow(ANONYMOUS, id, command))).position;
  const remove = ({ orchestration }: CachedProcess, id: StreamId) =>
    orchestration.commandHandlers.submitDeletion.execute(new SubmitDeletion(ANONYMOUS, id));
  const ended = async () => {
    const { id } = await submit();
    return { id, position: await send(engine, id, new CancelWorkflow({})) };
  };

  it('is read from the database once, then from Redis and from memory', async () => {
    const { id } = await ended();
    const found = await engine.ask(id);
    expect(found).toMatchObject({ status: 'cancelled' });
    await until(async () => (await server.use((client) => client.dbsize())) > 0);
    expect(await other.ask(id)).toEqual(found);
    expect(await other.reads('redis', 'hit')).toBe(1);
    expect(await other.ask(id)).toEqual(found);
    expect(await other.reads('memory', 'hit')).toBe(1);
    expect(await other.reads('redis', 'miss')).toBe(0);
  });

  it('is as new as what is known of it, wherever that was written', async () => {
    const { id } = await submit();
    await engine.ask(id);
    await other.ask(id);
    const position = await send(engine, id, new CancelWorkflow({}));
    expect(await engine.ask(id)).toMatchObject({ status: 'cancelled', version: position.version });
    expect(await other.ask(id, position)).toMatchObject({ status: 'cancelled', version: position.version });
  });

  it('is soon read as it is, also where nothing is known of it', async () => {
    const { id } = await submit();
    await other.ask(id);
    await send(engine, id, new CancelWorkflow({}));
    const startedAt = performance.now();
    await until(async () => ((await other.ask(id)) as { status: string }).status === 'cancelled');
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it.each(['who deleted it', 'the other'])('is gone when it was deleted, for %s', async (who) => {
    const { id } = await ended();
    await engine.ask(id);
    await other.ask(id);
    await remove(who === 'who deleted it' ? other : engine, id);
    // The other process takes it for a second to be as it has just seen it.
    if (who === 'the other') await pause(1_100);
    expect(await other.ask(id)).toBe('deleted');
    const third = await openCached(database.url, server.url);
    expect(await third.ask(id)).toBe('deleted');
    await third.close();
    const [name] = await server.use((client) => client.keys(`*${id}`));
    const values = await server.use((client) => client.hgetall(name!));
    expect(values['commits']).toBeUndefined();
  });

  it('that was retried is no longer what it was', async () => {
    const definition = {
      orrery: 'v1',
      name: 'fails',
      tasks: { a: { type: 'wait', input: { signal: 'x', timeout: '1ms' } } },
    };
    const { id } = await submit({ definition });
    await until(async () => ((await engine.ask(id)) as { status: string }).status === 'failed');
    await other.ask(id);
    const { version } = await send(engine, id, new RetryWorkflow({}));
    await pause(1_100);
    expect(((await other.ask(id)) as { version: number }).version).toBeGreaterThanOrEqual(version);
  });

  it('is read right and quickly while Redis is emptied, hangs, is killed and comes back', async () => {
    const runs = await Promise.all(Array.from({ length: 8 }, () => ended()));
    let reads = 0;
    let longestMs = 0;
    let isOver = false;
    const reader = async (process: CachedProcess, seed: number) => {
      const chance = new Chance(seed);
      const written = new WrittenRun(engine.orchestration, chance);
      while (!isOver) {
        const position = await written.write();
        const startedAt = performance.now();
        expect((await process.ask(position.stream, position)) as object).toMatchObject({ version: position.version });
        expect(await process.ask(chance.pick(runs).id)).toMatchObject({ status: 'cancelled' });
        longestMs = Math.max(longestMs, performance.now() - startedAt);
        reads += 2;
      }
    };
    const reading = Promise.all([engine, other, engine, other].map(reader));
    for (let emptied = 0; emptied < 10; emptied += 1) {
      await server.use((client) => client.flushall());
      await pause(50);
    }
    server.hang();
    await pause(700);
    expect(other.redis.trouble()).toBe('Redis does not answer in time');
    server.resume();
    await until(async () => other.redis.trouble() === undefined);
    await server.kill();
    await pause(300);
    expect(other.redis.trouble()).toBe('Redis is not connected');
    await server.start();
    await until(async () => other.redis.trouble() === undefined);
    const hits = await other.reads('redis', 'hit');
    await until(async () => (await other.reads('redis', 'hit')) > hits);
    isOver = true;
    await reading;
    expect(reads).toBeGreaterThan(50);
    // Its answers are waited for at most 300 ms; the machine has other things to do as well.
    expect(longestMs).toBeLessThan(2_000);
    expect(other.errors.length).toBeLessThanOrEqual(1);
  });

  it('is of its own database', async () => {
    const another = await testDatabase();
    const stranger = await openCached(another.url, server.url);
    const { id } = await ended();
    await engine.ask(id);
    expect(await stranger.ask(id)).toBe('none');
    await stranger.close();
    await another.drop();
  });
});
