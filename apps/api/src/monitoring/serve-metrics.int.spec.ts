import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Unavailable } from '@orrery/domain';
import { processRegistry } from '@orrery/infrastructure';
import { SINGLE } from '../testing/documents.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ metrics: processRegistry() });
});
afterAll(() => api.close());

/** The figures of a name, by their labels as they are written. */
async function figures(name: string): Promise<Record<string, number>> {
  const { body } = await api.get('/metrics');
  const lines = body.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(name.length, at), Number(line.slice(at + 1))];
    }),
  );
}

const endOf = async (id: string) => api.get(`/workflows/${id}/result?waitMs=5000`);

describe('GET /metrics', () => {
  it('is served as Prometheus reads it, at the root too', async () => {
    for (const url of ['/metrics', '/api/v1/metrics']) {
      const { statusCode, headers, body } = await api.ask({ url });
      expect(statusCode).toBe(200);
      expect(headers['content-type']).toContain('text/plain');
      expect(body).toContain('# TYPE orch_http_requests_total counter');
    }
  });

  it('counts attempts by type and by how they ended, under both names', async () => {
    for (const outcome of ['complete', 'fail'] as const) {
      const { id, workflowId, leaseToken } = await api.takeTask(SINGLE, 'work');
      const said = outcome === 'complete' ? { output: 1 } : { error: { code: 'bad', message: 'no', retryable: false } };
      expect((await api.post(`/tasks/${id}/${outcome}`, { leaseToken, ...said })).statusCode).toBe(200);
      await endOf(workflowId);
    }
    const counted = { '{type="work",status="completed"}': 1, '{type="work",status="failed"}': 1 };
    expect(await figures('task_executions_total')).toEqual(counted);
    expect(await figures('task_duration_seconds_count')).toEqual(counted);
    expect(await figures('orch_tasks_total')).toEqual({
      '{core_id="work",status="completed"}': 1,
      '{core_id="work",status="failed"}': 1,
    });
    expect(await figures('orch_task_duration_seconds_bucket')).toMatchObject({
      '{le="+Inf",core_id="work",status="completed"}': 1,
    });
    expect(await figures('orrery_runs_ended_total')).toMatchObject({ '{status="completed"}': 1 });
    expect(await figures('orrery_runs_started_total')).toEqual({ '': 2 });
  });

  it('counts requests by their route, and never by what they name', async () => {
    await api.get('/workflows/5eed0009-0000-4000-8000-000000000001');
    await api.get('/nowhere/5eed0009-0000-4000-8000-000000000002');
    const requests = await figures('orch_http_requests_total');
    expect(requests).toMatchObject({
      '{method="GET",status="404",endpoint="/api/v1/workflows/:id"}': 1,
      '{method="GET",status="404",endpoint="none"}': 1,
    });
    expect(JSON.stringify(requests)).not.toContain('5eed0009');
    expect(await figures('orch_http_request_duration_seconds_count')).toMatchObject({
      '{method="GET",endpoint="/api/v1/workflows/:id"}': 1,
    });
  });

  it('says what waits, by type and by priority', async () => {
    const definition = { ...SINGLE, tasks: { only: { type: 'nobody', priority: 7 } }, output: null };
    await api.post('/workflows', { definition });
    expect(await figures('orrery_queue_depth')).toEqual({ '{type="nobody"}': 1 });
    expect(await figures('orch_task_queue_depth')).toEqual({ '{priority="7"}': 1 });
    expect((await figures('orrery_queue_age_seconds'))['{type="nobody"}']).toBeGreaterThanOrEqual(0);
  });

  it('says what the engine owns, how it commits, and how far the lists are', async () => {
    expect(await figures('orrery_partitions_owned')).toEqual({ '': 4 });
    expect(await figures('orrery_partition_moves_total')).toMatchObject({ '{direction="taken"}': 4 });
    const { '': statements } = await figures('orrery_commit_seconds_count');
    expect(statements).toBeGreaterThan(3);
    expect(await figures('orrery_commit_rows_count')).toEqual({ '': statements });
    const listed = async () => (await figures('orrery_create_to_visible_seconds_count'))[''];
    while ((await listed()) !== 3) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await figures('orrery_view_lag_seconds')).toEqual({ '': 0 });
  });

  it('answers when the database does not', async () => {
    const down = async () => {
      throw new Unavailable('database.unreachable', 'gone');
    };
    const log = Object.assign(Object.create(api.log), { horizon: down });
    const other = await openTestApi({ ports: { log }, metrics: processRegistry() });
    const { statusCode, body } = await other.get('/metrics');
    expect(statusCode).toBe(200);
    expect(body).toContain('orrery_log_horizon_age_seconds Nan');
    await other.close();
  });

  it('names the later of very many types together', async () => {
    const types = Array.from({ length: 210 }, (_, index) => `type-${index}`);
    const tasks = Object.fromEntries(types.map((type) => [type, { type }]));
    await api.post('/workflows', { definition: { orrery: 'v1', name: 'many', tasks } });
    const depths = await figures('orrery_queue_depth');
    expect(Object.keys(depths)).toHaveLength(200);
    expect(depths['{type="other"}']).toBe(12);
  });
});
