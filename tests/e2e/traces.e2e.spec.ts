import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import getPort from 'get-port';
import { type OtlpReceiver, type ReceivedSpan, openOtlpReceiver } from './support/otlp-receiver.js';
import { Standalone, build, dataDirectory, endPrograms } from './support/standalone.js';
import { until } from './support/until.js';

jest.setTimeout(60_000);

let receiver: OtlpReceiver | undefined;
beforeAll(() => build('standalone'));
afterEach(async () => {
  await endPrograms();
  await receiver?.close();
});

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';

const SAGA = {
  orrery: 'v1',
  name: 'traced',
  tasks: {
    book: {
      type: 'demo.courier.book',
      input: { reservation: 'R' },
      compensate: { type: 'demo.courier.cancel', input: {} },
    },
    pay: { type: 'http', dependsOn: ['book'], input: { url: 'http://127.0.0.1:9/' }, retry: { maxAttempts: 1 } },
  },
};

async function start(): Promise<Standalone> {
  receiver = await openOtlpReceiver();
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '100',
  };
  const server = new Standalone(await dataDirectory(), await getPort(), { env });
  await server.ready();
  return server;
}

/** Starts a run as a client whose own span has begun already. */
async function startTraced(server: Standalone, definition: object): Promise<string> {
  const headers = { 'content-type': 'application/json', traceparent: `00-${TRACE}-${CALLER}-01` };
  const request = { method: 'POST', headers, body: JSON.stringify({ definition }) };
  const { id } = (await (await fetch(`${server.url}/api/v1/workflows`, request)).json()) as { id: string };
  return id;
}

const count = (spans: readonly ReceivedSpan[], name: string) => spans.filter((span) => span.name === name).length;

describe('A run, seen as a trace', () => {
  it('is one tree from the request to the lists, and says what failed', async () => {
    const server = await start();
    const id = await startTraced(server, SAGA);
    await server.result(id);
    const spansOfRun = () => receiver!.spans.filter(({ traceId }) => traceId === TRACE);
    await until(async () => count(spansOfRun(), 'run_workflow') === 1 && count(spansOfRun(), 'update_lists') > 0);
    const spans = spansOfRun();
    const known = new Set([CALLER, ...spans.map(({ spanId }) => spanId)]);
    expect(spans.filter(({ parentSpanId }) => !known.has(parentSpanId))).toEqual([]);
    const [request] = spans.filter(({ parentSpanId }) => parentSpanId === CALLER);
    expect(request).toMatchObject({ name: 'POST /api/v1/workflows', kind: 2 });
    expect(request!.attributes).toMatchObject({ 'http.response.status_code': 201 });
    for (const span of spans) expect(span.end).toBeGreaterThanOrEqual(span.start);
    const names = new Set(spans.map(({ name }) => name));
    const expected = ['POST /api/v1/workflows', 'command SubmitWorkflow', 'commit', 'hand_out_task', 'execute_task'];
    expect([...names].sort()).toEqual([...expected, 'run_workflow', 'update_lists'].sort());
    const attempts = spans.filter(({ name }) => name === 'execute_task');
    expect(attempts.map(({ attributes }) => attributes['orrery.task.type'])).toEqual([
      'demo.courier.book',
      'http',
      'demo.courier.cancel',
    ]);
    expect(attempts[1]).toMatchObject({ status: { code: 2, message: expect.stringContaining('http.') } });
    expect(attempts[0]!.attributes).toMatchObject({ 'orrery.workflow.id': id, 'orrery.task.attempt': 1 });
  });

  it('is none of a probe', async () => {
    const server = await start();
    await server.get('/workflows');
    await until(async () => receiver!.spans.some(({ name }) => name === 'GET /api/v1/workflows'));
    expect(receiver!.spans.filter(({ name }) => name.includes('readyz'))).toEqual([]);
  });

  it('is sent before the server ends, and does not keep it when nobody takes it', async () => {
    const server = await start();
    await startTraced(server, SAGA);
    await receiver!.close();
    expect(await server.end()).toBe(0);
  });
});
