import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { StreamId } from '@orrery/domain';
import { EngineMetrics, SystemClock, brokerMetrics, openBroker, processRegistry } from '@orrery/infrastructure';
import { type TestDatabase, testDatabase } from '@orrery/infrastructure/testing';
import { describeBroker } from '@orrery/infrastructure/testing/describe-broker';
import { type TestBroker, openTestBroker, startProxy } from '@orrery/infrastructure/testing/rabbitmq';
import { connect, openEngine } from './support/engine-on-postgres.js';
import { definition } from './support/runs.js';

const handlers = { work: () => null };
const chain = definition({ a: {}, b: { dependsOn: ['a'] }, c: { dependsOn: ['b'] } });
const RUNS = 60;

describeBroker('The exchange of an engine over PostgreSQL', (url) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase();
  }, 120_000);
  afterEach(() => database.drop());

  it('is sent little while nobody listens, and whoever comes hears all that is committed from then on, in order', async () => {
    const [proxy, test] = await Promise.all([startProxy(new URL(url)), openTestBroker(url)]);
    const metrics = processRegistry();
    const observers = [new EngineMetrics(metrics, new SystemClock())];
    const listener = brokerMetrics(metrics);
    const broker = openBroker({ url: proxy.url, prefix: test.prefix, onError: () => undefined, listener });
    const engine = await openEngine(database.url, handlers, { exchange: broker.exchange, observers });
    const figure = async (name: string) =>
      Number(new RegExp(`^${name}\\S* (.+)$`, 'm').exec(await metrics.metrics())![1]);
    const runs = (many: number) => Promise.all(Array.from({ length: many }, () => engine.submit(chain)));
    const told = async (ids: readonly StreamId[]) => {
      for (const id of ids) await engine.ended(id);
      while ((await figure('orrery_exchange_lag_seconds')) > 0) await pause(50);
    };

    // Told in few batches, however slow everything is.
    proxy.shut();
    const ids = await runs(5 * RUNS);
    for (const id of ids) await engine.ended(id);
    proxy.open();
    await told(ids);
    const unheard = await committedIn(database.url);
    expect(await figure('orrery_broker_sent_total')).toBeLessThan(unheard.length / 2);
    const underWay = await runs(RUNS);
    const queue = await test.listen();
    const before = new Set(await committedIn(database.url));
    await told([...underWay, ...(await runs(RUNS))]);
    await engine.close();
    await broker.close();

    const heard = await heardIn(test, queue);
    const heardIds = new Set(heard.map(({ id }) => id));
    const after = (await committedIn(database.url)).filter((id) => !before.has(id));
    expect(after.length).toBeGreaterThan(RUNS);
    expect(after.filter((id) => !heardIds.has(id))).toEqual([]);
    for (const stream of new Set(heard.map(({ stream }) => stream))) {
      const versions = heard.filter((each) => each.stream === stream).map(({ version }) => version);
      expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    }
    await proxy.close();
    await test.close();
  }, 60_000);

  it('hears exactly what was committed, in order, over broken connections and a process that ends', async () => {
    const [proxy, test] = await Promise.all([startProxy(new URL(url)), openTestBroker(url)]);
    const queue = await test.listen();
    const metrics = processRegistry();
    const open = async () => {
      const listener = brokerMetrics(metrics);
      const observers = [new EngineMetrics(metrics, new SystemClock())];
      const broker = openBroker({ url: proxy.url, prefix: test.prefix, onError: () => undefined, listener });
      return { broker, engine: await openEngine(database.url, handlers, { exchange: broker.exchange, observers }) };
    };
    const close = async ({ broker, engine }: Awaited<ReturnType<typeof open>>) => {
      await engine.close();
      await broker.close();
    };
    const lag = async () => Number(/^orrery_exchange_lag_seconds (.+)$/m.exec(await metrics.metrics())![1]);

    const first = await open();
    const ids: string[] = [];
    for (let run = 0; run < RUNS; run++) {
      ids.push(await first.engine.submit(chain));
      if (run % 20 === 10) proxy.cut();
    }
    // It ends while nobody takes its events.
    proxy.shut();
    ids.push(await first.engine.submit(chain));
    await close(first);
    metrics.clear();
    proxy.open();
    const second = await open();
    ids.push(await second.engine.submit(chain));
    for (const id of ids) await second.engine.ended(id as Parameters<typeof second.engine.ended>[0]);
    while ((await lag()) > 0) await pause(50);
    await close(second);

    const heard = await heardIn(test, queue);
    const committed = await committedIn(database.url);
    const unique = [...new Map(heard.map((each) => [each.id, each])).values()];
    expect(new Set(unique.map(({ id }) => id))).toEqual(new Set(committed));
    for (const id of ids) {
      const versions = unique.filter(({ stream }) => stream === id).map(({ version }) => version);
      expect(versions).toEqual(versions.map((_, index) => index + 1));
    }
    expect(await metrics.metrics()).toMatch(/orrery_broker_confirmed_total\{exchange="orrery-test-.+"\} \d/);
    await proxy.close();
    await test.close();
  }, 60_000);
});

async function heardIn({ channel }: TestBroker, queue: string) {
  const heard: { id: string; stream: string; version: number }[] = [];
  for (let got = await channel.get(queue); got; got = await channel.get(queue)) {
    const { subject: stream, ...event } = JSON.parse(got.content.toString());
    expect(got.properties.messageId).toBe(event.id);
    heard.push({ id: event.id, stream, version: event.version });
  }
  return heard;
}

/** The ids that the events in the log have outside. */
async function committedIn(url: string): Promise<string[]> {
  const client = await connect(url);
  const { rows } = await client.query<{ id: string }>(
    `select stream_id || ':' || version as id from commits, generate_series(first_version, last_version) as version`,
  );
  await client.end();
  return rows.map(({ id }) => id);
}
