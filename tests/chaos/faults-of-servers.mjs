import pg from 'pg';
import { AUDIT_QUEUE } from './audit.mjs';
import { repeat } from './repeat.mjs';

const QUIET_MS = 8_000;
const HEALTH_MS = 5_000;
const TASKS_BACK_MS = 22_000;

const fault = (row, on, name, more) => ({ row, on, name, quietMs: QUIET_MS, lastsMs: [5_000, 15_000], ...more });

const postgresKilled = fault(2, 'database', 'SIGKILL of the primary', {
  lastsMs: [500, 5_000],
  async strike({ cluster: { database } }) {
    await database.kill();
    return { target: 'postgres', heal: () => database.start() };
  },
});

const brokerKilled = fault(3, 'broker', 'SIGKILL of RabbitMQ', {
  lastsMs: [500, 5_000],
  async strike({ cluster: { broker } }) {
    await broker.kill();
    return { target: 'rabbitmq', heal: () => broker.start() };
  },
});

/** Something that `rabbitmqctl` does, and undoes. */
const controlled = (name, doing, undoing) =>
  fault(3, 'broker', name, {
    async strike({ cluster: { broker } }) {
      await broker.control(...doing);
      return { target: 'rabbitmq', heal: () => broker.control(...undoing) };
    },
  });

/** Also queues that are exclusive to a process; but not what the audit has not read yet. */
const PURGE = `[catch rabbit_amqqueue:purge(Q) || Q <- rabbit_amqqueue:list(), element(4, amqqueue:get_name(Q)) =/= <<"${AUDIT_QUEUE}">>].`;

const queuesEmptied = fault(3, 'broker', 'every queue emptied, again and again', {
  quietMs: TASKS_BACK_MS,
  async strike({ cluster: { broker } }) {
    const purging = repeat(
      () => 500,
      () => broker.control('eval', PURGE),
    );
    return { target: 'rabbitmq', heal: purging.stop };
  },
});

const redisKilled = fault(4, 'redis', 'SIGKILL of Redis', {
  async strike({ cluster: { redis } }) {
    await redis.kill();
    return { target: 'redis', heal: redis.start };
  },
});

const flushed = fault(4, 'redis', 'FLUSHALL, again and again', {
  async strike({ cluster: { redis } }) {
    const flushing = repeat(
      () => 100,
      () => redis.use((client) => client.flushall()),
    );
    return { target: 'redis', heal: flushing.stop };
  },
});

const redisFull = fault(4, 'redis', 'Redis is full', {
  async strike({ cluster: { redis } }) {
    const limit = (bytes) => redis.use((client) => client.config('SET', 'maxmemory', bytes));
    await limit('100kb');
    return { target: 'redis', heal: () => limit('0') };
  },
});

const replicaLags = fault(9, 'replica', 'the replica lags', {
  lastsMs: [10_000, 20_000],
  async strike({ cluster: { database } }) {
    const [standby] = database.standbys;
    await standby.pause();
    return { target: 'replica', heal: () => standby.resume() };
  },
});

const replicaDown = fault(9, 'replica', 'the replica is down', {
  async strike({ cluster: { database } }) {
    const [standby] = database.standbys;
    await standby.kill();
    return { target: 'replica', heal: () => standby.start() };
  },
});

async function rogue(url) {
  const client = new pg.Client({ connectionString: url, application_name: 'rogue' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Whatever a client does to the database, the APIs say how they are. */
function watchHealth({ cluster, complain }) {
  const look = async (url) => {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(HEALTH_MS) }).catch(() => undefined);
    if (![200, 503].includes(answer?.status)) complain(`/health was answered ${answer?.status ?? 'not at all'}`);
  };
  return repeat(
    () => 1_000,
    () => Promise.all(cluster.urls.map(look)),
  );
}

async function everyConnection(url) {
  const clients = [];
  for (;;) {
    const client = await rogue(url).catch(() => undefined);
    if (!client) return clients;
    clients.push(client);
  }
}

/** They end; until then health is looked at. */
function endOfRogues(clients, context) {
  const watching = watchHealth(context);
  return async () => {
    await watching.stop();
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  };
}

const connectionsTaken = fault(11, 'database', 'max_connections reached', {
  async strike(context) {
    const clients = await everyConnection(context.cluster.databaseUrl());
    return { target: `postgres, ${clients.length} taken`, heal: endOfRogues(clients, context) };
  },
});

/** A client that does something in a transaction, and then nothing for as long as it may. */
const heldOpen = (name, statement, lastsMs) =>
  fault(11, 'database', name, {
    lastsMs,
    async strike(context) {
      const client = await rogue(context.cluster.databaseUrl());
      await client.query(`begin; ${statement}`);
      return { target: 'postgres', heal: endOfRogues([client], context) };
    },
  });

export const serverFaults = [
  postgresKilled,
  brokerKilled,
  controlled('RabbitMQ stopped and started in order', ['stop_app'], ['start_app']),
  controlled('memory alarm', ['set_vm_memory_high_watermark', '0.00001'], ['set_vm_memory_high_watermark', '0.4']),
  controlled('disk alarm', ['set_disk_free_limit', '100000GB'], ['set_disk_free_limit', '50MB']),
  queuesEmptied,
  redisKilled,
  flushed,
  redisFull,
  replicaLags,
  replicaDown,
  connectionsTaken,
  heldOpen('idle in a transaction that wrote', 'select pg_current_xact_id()', [20_000, 60_000]),
  heldOpen('queries wait for a lock until their pool is exhausted', 'lock table runs', [5_000, 12_000]),
];
