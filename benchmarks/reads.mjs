// npm run bench:reads: what does GET /workflows/{id} cost, by who answers? Ended runs are read once each by a server that
// has none of them in memory: from the primary, from a replica, from Redis; then a few of them again and again, from memory.
import { once } from 'node:events';
import { Agent, get, request } from 'node:http';
import { removeTemporaryDirectories, replicatedDatabase } from '@orrery/infrastructure/testing';
import { startPrivateRedis } from '@orrery/infrastructure/testing/redis';
import { build } from './bundle.mjs';
import { readOptions, report, round } from './command-line.mjs';
import { countProcessorTime } from './processor-time.mjs';
import { startServer } from './server-process.mjs';

/** How many are asked at once. */
const AT_ONCE = 16;
/** Read before it is measured, so that the server has warmed up. */
const WARM_UP = 500;
const BATCH = 1_000;
const IN_MEMORY = 20;

const DEFINITION = { orrery: 'v1', name: 'nothing', tasks: { only: { type: 'noop' } } };

const { n } = readOptions('bench:reads', { n: 1_500 });
build('standalone');
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
const servers = new Set();

/** The text of an answer; an answer that is none is a failure. */
async function textOf(asking) {
  const [response] = await once(asking, 'response');
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  if (response.statusCode >= 300) throw new Error(`${asking.method} ${asking.path}: ${response.statusCode} ${text}`);
  return text;
}

/** A server, and how it is asked. */
async function openServer(settings) {
  const { url, pid, stop } = await startServer(settings);
  const server = {
    pid,
    ask: (path) => textOf(get(`${url}${path}`, { agent })),
    async post(path, body) {
      const headers = { 'content-type': 'application/json' };
      const asking = request(`${url}${path}`, { agent, method: 'POST', headers });
      asking.end(JSON.stringify(body));
      return JSON.parse(await textOf(asking));
    },
    async stop() {
      servers.delete(server);
      await stop();
    },
  };
  servers.add(server);
  return server;
}

/** Starts runs that end at once, and gives their ids when they have. */
async function makeRuns(settings, count) {
  const server = await openServer(settings);
  const ids = [];
  while (ids.length < count) {
    const { items } = await server.post('/api/v1/workflows/batch', {
      items: Array(BATCH).fill({ definition: DEFINITION }),
    });
    ids.push(...items.map(({ id }) => id));
  }
  for (const id of ids) await server.ask(`/api/v1/workflows/${id}/result?waitMs=20000`);
  await server.stop();
  return ids;
}

async function readAll(server, ids) {
  const left = [...ids];
  const reader = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) await server.ask(`/api/v1/workflows/${id}`);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reader));
}

/** Reads, and says what a request cost: of the server, and of the backends of the databases. */
async function measure(server, ids, urls) {
  const counting = await Promise.all(
    urls.map((url, index) => countProcessorTime(index === 0 ? [server.pid] : [], url)),
  );
  const began = performance.now();
  await readAll(server, ids);
  const ms = performance.now() - began;
  const used = await Promise.all(counting.map((each) => each.stop()));
  const sum = (of) => round(used.reduce((total, each) => total + each[of], 0) / ids.length, 3);
  return { perSecond: Math.round((1_000 * ids.length) / ms), nodeMs: sum('node'), postgresMs: sum('postgres') };
}

/** How many reads of runs a server has had answered by Redis. */
async function hitsOf(server) {
  const found = /^orrery_cache_reads_total\{tier="redis",outcome="hit"\} (\d+)$/m.exec(await server.ask('/metrics'));
  return Number(found?.[1] ?? 0);
}

async function measureDatabase(settings, { measured, warm }, urls) {
  const server = await openServer(settings);
  await readAll(server, warm);
  const figures = await measure(server, measured, urls);
  await server.stop();
  return figures;
}

/** What one server has read is there for another. */
async function measureCache(settings, { measured, warm }, urls) {
  const [first, server] = [await openServer(settings), await openServer(settings)];
  await readAll(server, warm);
  await readAll(first, measured);
  const before = await hitsOf(server);
  const redis = await measure(server, measured, urls);
  const fromRedis = round(((await hitsOf(server)) - before) / n);
  const few = measured.slice(0, IN_MEMORY);
  const memory = await measure(
    server,
    Array(Math.ceil(n / IN_MEMORY))
      .fill(few)
      .flat(),
    urls,
  );
  await Promise.all([first.stop(), server.stop()]);
  return { memory, redis: { ...redis, fromRedis } };
}

const [database, redis] = [await replicatedDatabase(1), await startPrivateRedis()];
try {
  const [primaryUrl, replicaUrl] = [database.url, database.standbys[0].url];
  const primary = { DATABASE_URL: primaryUrl };
  const ids = await makeRuns(primary, WARM_UP + n);
  const runs = { warm: ids.slice(0, WARM_UP), measured: ids.slice(WARM_UP, WARM_UP + n) };
  await database.caughtUp();
  const urls = [primaryUrl, replicaUrl];
  const cached = await measureCache({ ...primary, REDIS_URL: redis.url }, runs, urls);
  const tiers = {
    ...cached,
    replica: await measureDatabase({ ...primary, DATABASE_REPLICA_URLS: replicaUrl }, runs, urls),
    primary: await measureDatabase(primary, runs, urls),
  };
  report('reads', { ok: true, n, atOnce: AT_ONCE, ...tiers });
} finally {
  await Promise.all([...servers].map((server) => server.stop()));
  agent.destroy();
  await redis.remove();
  await database.stop();
  await removeTemporaryDirectories();
}
