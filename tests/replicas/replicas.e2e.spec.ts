import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import getPort from 'get-port';
import {
  type ReplicatedDatabase,
  removeTemporaryDirectories,
  replicatedDatabase,
} from '@orrery/infrastructure/testing';
import { Standalone, build, dataDirectory, endPrograms } from '../e2e/support/standalone.js';
import { until } from '../e2e/support/until.js';

jest.setTimeout(120_000);

const WAITS = { orrery: 'v1', name: 'waits', tasks: { wait: { type: 'wait', input: { signal: 'never' } } } };

interface Health {
  readonly status: string;
  readonly checks: { readonly [name: string]: { readonly status: string; readonly lag_seconds?: number } };
}

let database: ReplicatedDatabase;
let server: Standalone;

beforeAll(async () => {
  build('standalone');
  database = await replicatedDatabase();
  const env = { DATABASE_URL: database.url, DATABASE_REPLICA_URLS: database.standbys[0]!.url };
  server = new Standalone(await dataDirectory(), await getPort(), { env });
  await server.greeted();
});

afterAll(async () => {
  await endPrograms();
  await database.stop();
  await removeTemporaryDirectories();
});

const nameOfReplica = () => `replica ${new URL(database.standbys[0]!.url).host}`;
const replicaIs = (status: string) =>
  until(async () => (await server.get<Health>('/health')).checks[nameOfReplica()]?.status === status);
const metrics = async () => (await fetch(`${server.url}/metrics`)).text();

describe('A server that was told of a replica', () => {
  it('names it and its lag, and reads from it what was written', async () => {
    await replicaIs('ok');
    const { checks } = await server.get<Health>('/readyz?verbose');
    expect(checks[nameOfReplica()]!.lag_seconds).toBeLessThan(10);
    const { id, position } = await server.post<{ id: string; position: string }>('/workflows', { definition: WAITS });
    const headers = { 'orrery-position': position };
    for (const path of [`/workflows/${id}`, `/workflows?q=${id}`]) {
      const answer = await fetch(`${server.url}/api/v1${path}`, { headers });
      expect([path, answer.status, await answer.text()]).toEqual([path, 200, expect.stringContaining(id)]);
    }
    expect(await metrics()).toMatch(/^orrery_replica_reads_total\{replica="[^"]+",outcome="answered"\} [1-9]/m);
  });

  it('answers without it, and calls itself degraded', async () => {
    await database.standbys[0]!.kill();
    await replicaIs('degraded');
    const health = await fetch(`${server.url}/health`);
    expect([health.status, ((await health.json()) as Health).status]).toEqual([200, 'degraded']);
    expect(await server.get('/workflows')).toMatchObject({ items: expect.any(Array) });
    expect(await metrics()).toMatch(/^orrery_replica_used\{replica="[^"]+"\} 0$/m);
    await database.standbys[0]!.start();
    await replicaIs('ok');
  });
});
