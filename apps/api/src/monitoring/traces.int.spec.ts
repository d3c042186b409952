import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type tracing as Tracing, tracing } from '@opentelemetry/sdk-node';
import { SINGLE } from '../testing/documents.js';
import { ManualClock } from '../testing/manual-clock.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const SAMPLED = { traceparent: `00-${TRACE}-${CALLER}-01` };

const exporter = new tracing.InMemorySpanExporter();
const provider = new tracing.BasicTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });
const clock = new ManualClock();
let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ tracer: provider.getTracer('spec'), ports: { clock } });
});
afterAll(() => api.close());
afterEach(() => exporter.reset());

const spans = (name: string): Tracing.ReadableSpan[] =>
  exporter.getFinishedSpans().filter((span: Tracing.ReadableSpan) => span.name === name);

/** Starts a run, and takes its task. */
async function take(headers: Record<string, string>, definition: object = SINGLE) {
  const started = await api.post('/workflows', { definition }, headers);
  expect(started.statusCode).toBe(201);
  const polled = await api.post('/tasks/poll', { workerId: 'spec', types: ['work'] });
  return polled.json<{ tasks: { id: string; leaseToken: string; traceparent?: string }[] }>().tasks[0]!;
}

const end = async ({ id, leaseToken }: { id: string; leaseToken: string }, how: 'complete' | 'fail', said: object) => {
  expect((await api.post(`/tasks/${id}/${how}`, { leaseToken, ...said })).statusCode).toBe(200);
};

describe('Spans', () => {
  it('say what the events say, to the millisecond', async () => {
    const task = await take(SAMPLED);
    clock.advance(700);
    await end(task, 'complete', { output: 1 });
    const [execution] = spans('execute_task');
    expect(execution!.duration).toEqual([0, 700_000_000]);
    expect(execution!.attributes).toMatchObject({ 'orrery.task.key': 'only', 'orrery.task.type': 'work' });
    expect(spans('run_workflow')[0]!.attributes).toMatchObject({ 'orrery.workflow.status': 'completed' });
  });

  it('of what the request brought about go on from its own', async () => {
    await take(SAMPLED);
    const [request] = spans('POST /api/v1/workflows');
    expect(request!.parentSpanContext).toMatchObject({ traceId: TRACE, spanId: CALLER });
    const { spanId } = request!.spanContext();
    const [commit] = spans('commit');
    expect(commit!.parentSpanContext!.spanId).toBe(spanId);
    expect(spans('command SubmitWorkflow')[0]!.parentSpanContext!.spanId).toBe(spanId);
  });

  it('of a failed attempt say why', async () => {
    await end(await take(SAMPLED), 'fail', { error: { code: 'card.declined', message: 'no', retryable: false } });
    expect(spans('execute_task')[0]!.status).toEqual({ code: 2, message: 'card.declined: no' });
    expect(spans('run_workflow')[0]!.status.code).toBe(2);
  });

  it('of what happens long after are a trace of their own, linked to the first', async () => {
    const patient = { ...SINGLE, tasks: { only: { type: 'work', timeouts: { run: '1h' } } } };
    const task = await take(SAMPLED, patient);
    exporter.reset();
    // Its worker beats, so that the attempt is not lost meanwhile.
    for (let beat = 0; beat < 200; beat += 1) {
      clock.advance(4_000);
      await api.post(`/tasks/${task.id}/heartbeat`, { leaseToken: task.leaseToken });
    }
    await end(task, 'complete', { output: 1 });
    const root = spans('continue_workflow').at(-1)!;
    expect(root.parentSpanContext).toBeUndefined();
    expect(root.links.map(({ context }) => context.traceId)).toEqual([TRACE]);
    const { traceId, spanId } = root.spanContext();
    expect(traceId).not.toBe(TRACE);
    expect(spans('run_workflow')[0]!.parentSpanContext).toMatchObject({ traceId, spanId });
  });

  it('of a trace that is not to be recorded are none of the run', async () => {
    await take({ traceparent: `00-${TRACE}-${CALLER}-00` });
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it('end with a client that has gone before it was answered', async () => {
    const { port } = new URL(await api.api.listen());
    const client = connect(Number(port), '127.0.0.1');
    const headers = 'host: x\r\ncontent-type: application/json\r\ncontent-length: 9';
    client.write(`POST /api/v1/workflows HTTP/1.1\r\n${headers}\r\n\r\n{`);
    const [, response] = (await once(api.api.app.getHttpServer(), 'request')) as [unknown, ServerResponse];
    client.destroy();
    await once(response, 'close');
    const [span] = spans('POST /api/v1/workflows');
    expect(span!.attributes).toMatchObject({ 'error.type': 'client_closed_request' });
    expect(span!.status.code).toBe(2);
  });

  it('are none of probes', async () => {
    await api.get('/livez');
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
