import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ANONYMOUS, GetWorkflow, ListWorkflows, NOTHING_KNOWN, type Position } from '@orrery/application';
import { NotFound } from '@orrery/domain';
import { type OpenOrchestration, openOrchestration } from '@orrery/infrastructure';
import {
  type ReplicatedDatabase,
  type TestDatabase,
  removeTemporaryDirectories,
  replicatedDatabase,
  testDatabase,
} from '@orrery/infrastructure/testing';
import { Client } from 'pg';
import { Registry } from 'prom-client';
import { until } from '../e2e/support/until.js';
import { Chance } from './support/chance.js';
import { READS } from './support/reads.js';
import { WrittenRun } from './support/written-run.js';

jest.setTimeout(60_000);

let database: ReplicatedDatabase;
let open: OpenOrchestration;
let metrics: Registry;
let warnings: string[];

beforeAll(async () => {
  database = await replicatedDatabase(3);
});

afterEach(async () => {
  await open.close();
});

afterAll(async () => {
  await database.stop();
  await removeTemporaryDirectories();
});

async function start(replicaUrls = [database.standbys[0]!.url], databaseUrl = database.url): Promise<void> {
  metrics = new Registry();
  warnings = [];
  open = await openOrchestration({
    databaseUrl,
    replicaUrls,
    version: 'test',
    metrics,
    onError: (error) => void warnings.push(String(error)),
    onWarning: (words) => void warnings.push(words),
  });
  await open.start();
}

const stateOf = (url: string) => open.replicas().get(new URL(url).host)!;
const isUsed = (url = database.standbys[0]!.url) => until(async () => stateOf(url).isUsed);
const write = () => new WrittenRun(open.orchestration, new Chance(1)).write();
const ask = ({ stream }: Position) =>
  open.orchestration.queryHandlers.getWorkflow.execute(
    new GetWorkflow(ANONYMOUS, stream as never, undefined, undefined, NOTHING_KNOWN),
  );
const list = async (written: Position) => {
  const listing = { filter: { q: written.stream }, page: { limit: 10 } };
  return (await open.orchestration.queryHandlers.listWorkflows.execute(new ListWorkflows(ANONYMOUS, listing))).items;
};
const reads = async (outcome: string) => {
  const { values } = await metrics.getSingleMetric('orrery_replica_reads_total')!.get();
  return values.find(({ labels }) => labels['outcome'] === outcome)?.value ?? 0;
};

async function onPrimary(...statements: readonly string[]): Promise<void> {
  const client = new Client(database.url);
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

describe('a replica', () => {
  it('that has not come as far may answer who knows of nothing, but never that there is no such run', async () => {
    const [standby] = database.standbys;
    await start();
    await isUsed();
    await standby!.pause();
    const written = await write();
    expect(await ask(written)).toMatchObject({ id: written.stream });
    expect(await list(written)).toEqual([]);
    const atLeast = { token: '', places: [written] };
    expect(await READS['list']!(open.orchestration, written, atLeast)).toBe(written.version);
    await expect(ask({ ...written, stream: '00000000-0000-7000-8000-000000000000' })).rejects.toThrow(NotFound);
    await standby!.resume();
    await until(async () => (await list(written)).length === 1);
    expect(await reads('answered')).toBeGreaterThan(0);
  });

  it('that is killed is gone around, and read from again when it is back', async () => {
    const [standby] = database.standbys;
    await start();
    await isUsed();
    const written = await write();
    await standby!.kill();
    for (let read = 0; read < 50; read += 1) expect(await ask(written)).toMatchObject({ id: written.stream });
    await until(async () => !stateOf(standby!.url).isUsed);
    expect(await metrics.metrics()).toMatch(/^orrery_replica_used\{replica="127.0.0.1:\d+"\} 0$/m);
    await standby!.start();
    await isUsed();
    const before = await reads('answered');
    await until(async () => (await ask(written)) && (await reads('answered')) > before);
    const { host } = new URL(standby!.url);
    expect(warnings[0]).toContain(`Replica ${host} is not read from: `);
    expect(warnings.at(-1)).toBe(`Replica ${host} is read from again.`);
  });

  it('that was not there at the start is read from when it comes', async () => {
    const [standby] = database.standbys;
    await standby!.kill();
    await start();
    const written = await write();
    expect(await ask(written)).toMatchObject({ id: written.stream });
    await standby!.start();
    await isUsed();
  });

  it('that ends a query for what it replays has the primary answer', async () => {
    await start();
    await isUsed();
    await onPrimary('create table if not exists removed as select generate_series(1, 1000) as id');
    await database.caughtUp();
    const client = new Client(database.standbys[0]!.url);
    await client.connect();
    const long = client.query('select count(*), pg_sleep(20) from removed').then(
      () => undefined,
      (error: { code: string }) => error.code,
    );
    await onPrimary('delete from removed', 'vacuum removed');
    // What the server says then is what a read of ours would hear.
    expect(await long).toBe('40001');
    await client.end();
  });

  it('of another cluster is refused, and the reason told', async () => {
    const other: TestDatabase = await testDatabase();
    await start([other.url]);
    await until(async () => warnings.length > 0);
    expect(warnings).toEqual([expect.stringMatching(/is not read from: it is a copy of another database cluster\.$/)]);
    await open.close();
    await other.drop();
    await start();
  });

  it('that was promoted is refused, while another answers', async () => {
    const [one, other] = database.standbys;
    await start([one!.url, other!.url]);
    await isUsed();
    await isUsed(other!.url);
    // It knows nothing that the promoted one does not.
    await database.standbys[2]!.kill();
    await other!.promote();
    await until(async () => !stateOf(other!.url).isUsed);
    expect(stateOf(other!.url).reason).toBe('it is no replica: it takes writes of its own');
    const written = await write();
    expect(await ask(written)).toMatchObject({ id: written.stream });
    expect(stateOf(one!.url).isUsed).toBe(true);
  });

  it('is read from after a fail-over when it follows the new primary, and refused when it has gone another way', async () => {
    const [strayed, promoted, following] = database.standbys;
    await start([strayed!.url, following!.url], promoted!.url);
    await until(async () => stateOf(strayed!.url).reason?.includes('timeline') === true);
    expect(stateOf(strayed!.url).reason).toBe('it is on timeline 1, and the primary is on 2');
    const written = await write();
    await following!.follow(promoted!.url);
    await isUsed(following!.url);
    expect(stateOf(strayed!.url).isUsed).toBe(false);
    expect(await ask(written)).toMatchObject({ id: written.stream });
    // It follows before it has caught up, and until then the primary answers.
    await until(async () => (await ask(written)) && (await reads('answered')) > 0);
  });
});
