import { type ServerResponse, createServer } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import getPort from 'get-port';
import { type TestDatabase, testDatabase } from '@orrery/infrastructure/testing';
import { describeBroker } from '@orrery/infrastructure/testing/describe-broker';
import { type TestBroker, openTestBroker } from '@orrery/infrastructure/testing/rabbitmq';
import { type OtlpReceiver, openOtlpReceiver } from './support/otlp-receiver.js';
import { Program, build, endPrograms } from './support/standalone.js';
import { until } from './support/until.js';

jest.setTimeout(120_000);

const RUNS = 20;

/** What tasks call: it answers at once, but for what it is asked at `held`, which it answers when it is told to. */
async function openTarget() {
  const held: ServerResponse[] = [];
  const answer = (response: ServerResponse) => response.end('{"pong":true}');
  const server = createServer((request, response) => {
    if (request.url === '/held') held.push(response);
    else answer(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, close: () => server.close(), answerHeld: () => held.forEach(answer) };
}

interface Mistake {
  readonly what: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly code: number;
  readonly words: string;
}

const started = (name: string, env: Readonly<Record<string, string>>, ...args: readonly string[]) =>
  new Program(process.execPath, [`dist/${name}.mjs`, ...args], { env });

const answersAt = (url: string) => until(async () => (await fetch(url).catch(() => undefined))?.ok === true);

async function itemsAt(url: string): Promise<readonly { readonly [name: string]: unknown }[]> {
  const { items } = (await (await fetch(url)).json()) as { items: readonly { readonly [name: string]: unknown }[] };
  return items;
}

async function post(url: string, body: object): Promise<{ id: string }> {
  const headers = { 'content-type': 'application/json' };
  return (await (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json()) as { id: string };
}

describeBroker('API, engine and worker, each a process of its own', (brokerAt) => {
  let database: TestDatabase;
  let broker: TestBroker;
  let target: Awaited<ReturnType<typeof openTarget>>;
  let receiver: OtlpReceiver;
  beforeAll(async () => {
    build('api', 'engine', 'worker');
    [database, broker, target, receiver] = await Promise.all([
      testDatabase([]),
      openTestBroker(brokerAt),
      openTarget(),
      openOtlpReceiver(),
    ]);
  });
  afterAll(async () => {
    await endPrograms();
    target.close();
    await Promise.all([database.drop(), broker.close(), receiver.close()]);
  });

  it('the schema can be brought up to date before any of them', async () => {
    const first = started('engine', { DATABASE_URL: database.url }, 'migrate');
    expect(await first.exit()).toBe(0);
    expect(first.stderr).toContain('the schema is up to date');
    const again = started('engine', { DATABASE_URL: database.url }, 'migrate');
    expect(await again.exit()).toBe(0);
    expect(again.stderr).toContain('"applied":[]');
  });

  const mistakes: readonly Mistake[] = [
    { what: 'told something else', args: ['migrat'], code: 2, words: 'say "migrate"' },
    {
      what: 'without a database',
      env: { DATABASE_URL: 'postgres://127.0.0.1:9/none' },
      code: 6,
      words: 'at 127.0.0.1',
    },
    { what: 'with a setting that is wrong', env: { ENGINE_PORT: 'x' }, code: 2, words: 'ENGINE_PORT' },
  ];
  it.each(mistakes)('an engine that is $what says so in words', async ({ args = [], env, code, words }) => {
    const engine = started('engine', { DATABASE_URL: database.url, ...env }, ...args);
    expect(await engine.exit()).toBe(code);
    expect(engine.stderr).toContain(words);
    expect(engine.stderr).not.toMatch(/^ {4}at /m);
  });

  it.each(['api', 'engine'])('an %s that has only begun to start ends at once when it is told to', async (name) => {
    const silent = createSocketServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const program = started(name, { DATABASE_URL: `postgres://127.0.0.1:${port}/silent` });
    await once(silent, 'connection');
    expect(await program.end('SIGTERM')).toBe(143);
    silent.close();
  });

  it('do runs together, in one trace, and end when they are told to', async () => {
    const [apiPort, enginePort] = [await getPort(), await getPort()];
    const traces = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    };
    const shared = { DATABASE_URL: database.url, RABBITMQ_URL: brokerAt, RABBITMQ_PREFIX: broker.prefix, ...traces };
    const engine = started('engine', { ...shared, ENGINE_PORT: String(enginePort) });
    const api = started('api', { ...shared, API_PORT: String(apiPort) });
    const worker = started('worker', {
      ORRERY_URL: brokerAt,
      RABBITMQ_PREFIX: broker.prefix,
      ORRERY_HTTP_ALLOW: '127.0.0.1',
    });
    const url = `http://127.0.0.1:${apiPort}`;
    await Promise.all([answersAt(`${url}/readyz`), answersAt(`http://127.0.0.1:${enginePort}/readyz`)]);
    const step = { type: 'http', input: { url: target.url } };
    const definition = { orrery: 'v1', name: 'pinged', tasks: { a: step, b: { ...step, dependsOn: ['a'] } } };
    const runs = await Promise.all(Array.from({ length: RUNS }, () => post(`${url}/api/v1/workflows`, { definition })));
    for (const { id } of runs) {
      const result = await fetch(`${url}/api/v1/workflows/${id}/result?waitMs=30000`);
      expect(await result.json()).toMatchObject({ status: 'completed' });
    }
    await until(async () => receiver.spans.filter(({ name }) => name === 'run_workflow').length === RUNS);
    // The API hands nothing out, and tells what waits and what is done all the same.
    const tasks = { a: { type: 'nobody' }, b: { type: 'http', input: { url: `${target.url}held` } } };
    const { id } = await post(`${url}/api/v1/workflows`, { definition: { orrery: 'v1', name: 'stands', tasks } });
    const queueOf = async (type: string) =>
      (await itemsAt(`${url}/api/v1/queues`)).find((queue) => queue['type'] === type);
    await until(async () => (await queueOf('http'))?.['held'] === 1);
    expect(await queueOf('http')).toEqual({ type: 'http', waiting: 0, oldestAt: null, held: 1, workers: 1 });
    expect(await queueOf('nobody')).toMatchObject({ waiting: 1, oldestAt: expect.any(String), held: 0, workers: 0 });
    expect(await itemsAt(`${url}/api/v1/workers`)).toEqual([expect.objectContaining({ transport: 'amqp', busy: 1 })]);
    target.answerHeld();
    await until(async () => (await queueOf('http'))?.['held'] === 0);
    await post(`${url}/api/v1/workflows/${id}/cancel`, {});
    const known = new Set(receiver.spans.map(({ spanId }) => spanId));
    expect(receiver.spans.filter(({ parentSpanId }) => parentSpanId !== '' && !known.has(parentSpanId))).toEqual([]);
    expect(await Promise.all([worker, api, engine].map((program) => program.end('SIGTERM')))).toEqual([0, 0, 0]);
  });
});
