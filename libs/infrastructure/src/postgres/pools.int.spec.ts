import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { createPools, openSession, type Pools, type Purpose } from './pools.js';
import { onConnection } from './on-connection.js';
import { LossyProxy } from '../log/testing/lossy-proxy.js';
import { type TestDatabase, testDatabase } from './testing/test-database.js';

let database: TestDatabase;
let pools: Pools;
let broken: Purpose[];

const purposes = ['command', 'query', 'follower'] as const;

beforeAll(async () => {
  database = await testDatabase([]);
});

afterEach(async () => pools.close());
afterAll(async () => database.drop());

function create(sizes = {}): Pools {
  broken = [];
  pools = createPools(database.url, sizes, (_error, purpose) => broken.push(purpose));
  return pools;
}

const show = async (purpose: Purpose, name: string) =>
  (await pools[purpose].query<{ value: string }>('select current_setting($1) as value', [name])).rows[0]?.value;

it('names every connection for its purpose', async () => {
  create();
  expect(await Promise.all(purposes.map((purpose) => show(purpose, 'application_name')))).toEqual([
    'orrery command',
    'orrery query',
    'orrery follower',
  ]);
});

it('bounds every statement, lock and open transaction', async () => {
  create();
  for (const purpose of purposes) {
    for (const name of ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) {
      expect(Number.parseInt((await show(purpose, name)) ?? '')).toBeGreaterThan(0);
    }
    expect(await show(purpose, 'tcp_keepalives_idle')).toBe('5');
  }
});

it('keeps one purpose from starving another', async () => {
  create({ query: 1 });
  const held = await pools.query.connect();
  const waiting = show('query', 'application_name');
  expect(await show('command', 'application_name')).toBe('orrery command');
  held.release();
  expect(await waiting).toBe('orrery query');
});

it('lends commands a few more connections when all of theirs are busy, and no more than that', async () => {
  create({ command: 1, overflow: 1 });
  const held = [await pools.command.connect(), await pools.command.connect()];
  const waiting = show('command', 'application_name');
  expect(pools.command.totalCount).toBe(2);
  for (const client of held) client.release();
  expect(await waiting).toBe('orrery command');
});

it('replaces a connection that breaks while it is idle, and tells', async () => {
  create();
  const pid = async () => (await pools.follower.query('select pg_backend_pid() as pid')).rows[0].pid as number;
  const first = await pid();
  const told = new Promise((done) => pools.follower.once('error', done));
  await pools.command.query('select pg_terminate_backend($1)', [first]);
  await told;
  expect(broken).toEqual(['follower']);
  expect(await pid()).not.toBe(first);
});

it('opens a session that holds its locks until it ends', async () => {
  create();
  const session = await openSession(database.url, 'lane 1');
  const tryLock = async () =>
    (await pools.command.query('select pg_try_advisory_lock(1) as got')).rows[0].got as boolean;
  await session.query('select pg_advisory_lock(1)');
  expect(await tryLock()).toBe(false);
  expect((await session.query('show application_name')).rows).toEqual([{ application_name: 'orrery lane 1' }]);
  await session.end();
  expect(await tryLock()).toBe(true);
});

it.each(purposes)(
  'gives up a connection for each %s that stands and whose server has fallen silent, and opens another',
  async (purpose) => {
    const proxy = await LossyProxy.before(database.url);
    pools = createPools(proxy.url, { [purpose]: 1 });
    await show(purpose, 'application_name');
    proxy.blackHole();
    await expect(show(purpose, 'application_name')).rejects.toThrow('Query read timeout');
    proxy.forget();
    expect(await show(purpose, 'application_name')).toBe(`orrery ${purpose}`);
    await pools.close();
    await proxy.close();
    create();
  },
  15_000,
);

it.each(purposes)(
  'gives up with a silent connection for each %s those that rest, which may have fallen silent with it',
  async (purpose) => {
    const proxy = await LossyProxy.before(database.url);
    pools = createPools(proxy.url);
    await Promise.all([1, 2, 3].map(() => show(purpose, 'application_name')));
    expect(pools[purpose].idleCount).toBe(3);
    proxy.blackHole();
    const used = onConnection(pools[purpose], (client) => client.query('select 1'));
    await expect(used).rejects.toThrow('Query read timeout');
    proxy.forget();
    expect(await show(purpose, 'application_name')).toBe(`orrery ${purpose}`);
    await pools.close();
    await proxy.close();
    create();
  },
  15_000,
);
