import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalWorker } from '@orrery/application';
import { PROBLEM_CODES } from '@orrery/contract';
import { DEFAULT_NAMESPACE, Unavailable } from '@orrery/domain';
import { SINGLE } from '../testing/documents.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';
import type { CheckResult } from './health-check.js';

let broker: CheckResult | Error = { status: 'ok' };
let api: TestApi;
beforeAll(async () => {
  const look = () => {
    if (broker instanceof Error) throw broker;
    return broker;
  };
  api = await openTestApi({ checks: [{ name: 'broker', look }] });
});
afterAll(() => api.close());
afterEach(() => {
  broker = { status: 'ok' };
});

describe('the probes', () => {
  it('answer at the root and under the base path', async () => {
    for (const path of ['/livez', '/startupz', '/readyz', '/health']) {
      const [atRoot, underBase] = [await api.ask({ url: path }), await api.get(path)];
      expect(atRoot.statusCode).toBe(underBase.statusCode);
      expect(Object.keys(atRoot.json())).toEqual(Object.keys(underBase.json()));
    }
  });

  it('say nothing but that the process turns, whatever else is broken', async () => {
    broker = new Error('gone');
    expect((await api.get('/livez')).json()).toEqual({ status: 'ok' });
  });

  it('are not ready before the server listens', async () => {
    const answer = await api.get('/readyz?verbose');
    expect(answer.statusCode).toBe(503);
    expect(answer.json().checks.server).toEqual({ status: 'unhealthy', reason: 'starting' });
    expect((await api.get('/startupz')).statusCode).toBe(503);
  });

  it('are ready once it listens, as long as what is needed is there', async () => {
    await api.api.listen();
    expect((await api.get('/startupz')).json()).toEqual({ status: 'ok' });
    expect((await api.get('/readyz')).json()).toEqual({ status: 'ok' });
    expect((await api.get('/readyz?verbose=true')).json().checks).toMatchObject({ broker: { status: 'ok' } });
    broker = { status: 'degraded', reason: 'slow' };
    expect((await api.get('/readyz')).statusCode).toBe(200);
    broker = new Unavailable('broker.gone', 'cannot reach amqp://guest:secret@broker');
    const answer = await api.get('/readyz?verbose');
    expect(answer.statusCode).toBe(503);
    expect(answer.json().checks.broker).toEqual({ status: 'unhealthy', reason: 'cannot reach amqp://***@broker' });
  });
});

describe('GET /health', () => {
  it('has both shapes of the contract in it', async () => {
    const answer = await api.get('/health');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      status: 'ok',
      timestamp: expect.stringMatching(/Z$/),
      version: '0.0.0-test',
      checks: { database: { status: 'ok' }, engine: { status: 'ok' }, broker: { status: 'ok' }, version: '0.0.0-test' },
      components: { database: 'ok', lock_manager: 'ok', monitor: 'ok', security: 'ok' },
      metrics: {
        uptime_seconds: expect.any(Number),
        total_requests: expect.any(Number),
        active_tasks: 0,
        active_locks: 4,
      },
    });
  });

  it('is degraded when something is not as it should be, and unhealthy when it is gone', async () => {
    broker = { status: 'degraded', reason: 'slow' };
    expect((await api.get('/health')).json()).toMatchObject({
      status: 'degraded',
      checks: { broker: { reason: 'slow' } },
    });
    broker = new Error('gone');
    expect((await api.get('/health')).statusCode).toBe(503);
  });

  it('sees that views are held back, and that the partitions may be lost', async () => {
    const longAgo = { horizon: async () => ({ transactionId: 1n, ageMs: 60_000 }) };
    const log = Object.assign(Object.create(api.log), longAgo);
    const other = await openTestApi({ ports: { log } });
    expect((await other.get('/health')).json()).toMatchObject({
      status: 'degraded',
      checks: { database: { reason: 'a transaction open for 60 s holds views back' } },
    });
    other.orchestration.ports.ownership.trusted = () => false;
    expect((await other.get('/health')).json().components.lock_manager).toBe('degraded');
    await other.orchestration.engine.stop();
    expect((await other.get('/health')).json().components.lock_manager).toBe('ok');
    await other.close();
  });
});

describe('what operators ask', () => {
  it('is told every limit by name', async () => {
    const { limits } = (await api.get('/limits')).json();
    expect(limits).toMatchObject({ payloadBytes: 1_048_576, pageItemsMax: 100, sessionLeaseMs: 15_000 });
    expect(Object.values(limits).every((value) => Number.isInteger(value))).toBe(true);
  });

  it('is told what waits', async () => {
    await api.post('/workflows', { definition: SINGLE });
    const { items } = (await api.get('/queues')).json();
    expect(items).toEqual([{ type: 'work', waiting: 1, oldestAt: expect.stringMatching(/Z$/), held: 0, workers: 0 }]);
  });

  it('is told who works, how much they hold, and what is left', async () => {
    const { dispatcher } = api.orchestration;
    const options = { workerId: 'inside', namespace: DEFAULT_NAMESPACE, concurrency: 5 };
    const local = new LocalWorker(
      dispatcher,
      new Map([['held', () => new Promise<null>(() => undefined)]]),
      options,
      () => {
        throw new Error('nothing is reported');
      },
    );
    local.start();
    const held = { ...SINGLE, tasks: { only: { type: 'held' } }, output: null };
    await api.post('/workflows', { definition: held });
    await api.takeTask(SINGLE, 'work');
    const workers = (await api.get('/workers')).json().items;
    const seen = { lastSeenAt: expect.stringMatching(/Z$/) };
    expect(workers).toEqual([
      { id: 'inside', types: ['held'], transport: 'inside', slots: 5, busy: 1, ...seen },
      { id: 'spec', types: ['work'], transport: 'poll', slots: 1, busy: 1, ...seen },
    ]);
    const queues = (await api.get('/queues')).json().items;
    expect(queues).toEqual([
      { type: 'held', waiting: 0, oldestAt: null, held: 1, workers: 1 },
      { type: 'work', waiting: 1, oldestAt: expect.stringMatching(/Z$/), held: 1, workers: 1 },
    ]);
    dispatcher.disconnect(local);
  });

  it('is told what a problem means, under the type of every problem', async () => {
    for (const code of Object.keys(PROBLEM_CODES)) {
      const answer = await api.get(`/problems/${code}`);
      expect(answer.json()).toMatchObject({ code, meaning: expect.any(String) });
    }
    const { type } = (await api.get('/nowhere')).json();
    expect((await api.ask({ url: type })).json().code).toBe('route.not-found');
    expect((await api.get('/problems/no.such-code')).statusCode).toBe(404);
    expect((await api.get('/problems/constructor')).statusCode).toBe(400);
  });

  it('finds the document, and a page that shows it', async () => {
    const document = (await api.ask({ url: '/openapi.json' })).json();
    expect(document.openapi).toBe('3.1.0');
    expect((await api.ask({ url: '/docs' })).headers['content-type']).toContain('text/html');
    expect((await api.ask({ url: '/docs/swagger-ui-bundle.js' })).statusCode).toBe(200);
  });
});
