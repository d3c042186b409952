import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { Agent, get, request } from 'node:http';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { SINGLE } from './testing/documents.js';
import { type TestApi, openTestApi } from './testing/test-api.js';

async function open(options = {}): Promise<TestApi & { readonly url: string }> {
  const api = await openTestApi({ options });
  return { ...api, url: await api.api.listen() };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Lets the server read what was sent to it. */
async function reached(api: TestApi, requests: number): Promise<void> {
  const count = async () => (await api.get('/health')).json().metrics.total_requests - (asked += 1);
  let asked = 0;
  while ((await count()) < requests) await turn();
}

const isRefused = async (url: string) => {
  const asking = get(`${url}/livez`);
  const [outcome] = await Promise.race([once(asking, 'response').then(() => ['answered']), once(asking, 'error')]);
  return outcome !== 'answered';
};

describe('A stop', () => {
  it('answers those who wait at once, and takes nobody new', async () => {
    const api = await open();
    const { workflowId } = await api.takeTask(SINGLE, 'work');
    const waits = [
      fetch(`${api.url}/api/v1/workflows/${workflowId}/result?waitMs=60000`),
      fetch(`${api.url}/api/v1/workflows/${workflowId}/events?after=2&waitMs=60000`),
      fetch(`${api.url}/api/v1/tasks/poll`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ workerId: 'waiting', types: ['other'], waitMs: 60_000 }),
      }),
    ];
    // They wait once the server has read the last of them.
    while (!(await api.get('/workers')).body.includes('"waiting"')) await turn();
    const started = performance.now();
    await api.close();
    const answers = await Promise.all(waits.map(async (wait) => (await wait).json()));
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(answers).toMatchObject([{ ended: false }, { items: [] }, { tasks: [] }]);
    expect(await isRefused(api.url)).toBe(true);
  });

  it('goes on serving for a while, and says that requests should go elsewhere', async () => {
    const api = await open({ drainDelayMs: 300 });
    const closing = api.close();
    const ready = await fetch(`${api.url}/readyz`);
    expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close']);
    expect((await fetch(`${api.url}/livez`)).status).toBe(200);
    expect((await fetch(`${api.url}/api/v1/limits`)).status).toBe(200);
    await closing;
    expect(await isRefused(api.url)).toBe(true);
  });

  it('lets a request that is under way end', async () => {
    const api = await open();
    const asking = request(`${api.url}/api/v1/workflows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '15' },
    });
    asking.write('{"definition"');
    await reached(api, 1);
    const closing = api.close();
    asking.end(':1');
    const [response] = await once(asking, 'response');
    expect(response.statusCode).toBe(400);
    response.resume();
    await closing;
  });

  it('does not wait for who keeps a connection and says nothing', async () => {
    const api = await open();
    const agent = new Agent({ keepAlive: true });
    const [response] = await once(get(`${api.url}/livez`, { agent }), 'response');
    response.resume();
    await once(response, 'end');
    const silent = connect(Number(new URL(api.url).port), '127.0.0.1');
    await once(silent, 'connect');
    const closed = once(silent.resume(), 'close');
    await api.close();
    await closed;
    agent.destroy();
  });

  it('cuts off what takes longer than it may', async () => {
    const api = await open({ stopWithinMs: 200 });
    const asking = request(`${api.url}/api/v1/workflows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '100' },
    });
    asking.on('error', () => undefined);
    asking.write('{');
    await reached(api, 1);
    const stuck = new WebSocket(`${api.url.replace('http', 'ws')}/api/v1/tasks/stream`);
    await once(stuck, 'open');
    stuck.pause();
    const started = performance.now();
    await api.close();
    expect(performance.now() - started).toBeLessThan(4_000);
    stuck.terminate();
  });
});
