// npm run bench:fleet: what does it cost that processes share the work? An api, engines and workers, each a process, over
// PostgreSQL, RabbitMQ and Redis: one engine and one worker beside two of each, with as many runs under way in sum and with
// as many for each engine, and beside api and engine in one process. Then an engine is killed: how long those runs take that
// begin after that, and those that were under way. Processor time is that of all these processes and the database's backends, not of RabbitMQ and Redis.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import amqp from 'amqplib';
import { build, loadEngine } from './bundle.mjs';
import { median, quantile, readOptions, report, round } from './command-line.mjs';
import { openServer } from './database.mjs';
import { IN_FLIGHT, comparePairs } from './measure-work.mjs';
import { countProcessorTime } from './processor-time.mjs';
import { startServer } from './server-process.mjs';
import { definitionOf, order } from './works.mjs';

const [RATIO_MAX, FAIL_OVER_MAX_MS] = [1.15, 5_000];
const CONCURRENCY = 1_000;
/** Partitions are shared out, and what is left of the warm-up ends, before it counts. */
const QUIET_MS = 1_500;
const { AMQP_URL = 'amqp://guest:guest@127.0.0.1:5672', REDIS_URL = 'redis://127.0.0.1:6379' } = process.env;

const { work, n, pairs } = readOptions('bench:fleet', { work: ['chain10', 'single'], n: 1_000, pairs: 3 });
build('standalone', 'api', 'engine');
const { OrreryClient, openEmbeddedPostgres } = await loadEngine();
const databases = await openServer(openEmbeddedPostgres);

async function startWorker(given) {
  const main = fileURLToPath(new URL('step-worker.mjs', import.meta.url));
  const child = fork(main, [JSON.stringify({ url: AMQP_URL, concurrency: CONCURRENCY, ...given })]);
  const exit = once(child, 'exit');
  const ended = exit.then(([code]) => Promise.reject(new Error(`the worker ended with ${code}`)));
  await Promise.race([once(child, 'message'), ended]);
  return { pid: child.pid, stop: () => child.kill('SIGTERM') && exit };
}

/** Takes away what the processes declared at the broker. */
async function sweep(prefix) {
  const connection = await amqp.connect(AMQP_URL);
  const channel = await connection.createChannel();
  const queues = ['commands', 'commands.refused', 'tasks.refused', 'tasks.default.step', 'tasks.default.undo'];
  for (const name of queues) await channel.deleteQueue(`${prefix}.${name}`);
  for (const name of ['events', 'commands', 'engines', 'tasks.unread'])
    await channel.deleteExchange(`${prefix}.${name}`);
  await connection.close();
}

/** Processes over a database of their own; without engines the api is one. */
async function startFleet({ engines, workers }) {
  const { url: databaseUrl, drop } = await databases.create();
  const prefix = `orrery-bench-${randomBytes(4).toString('hex')}`;
  const settings = { DATABASE_URL: databaseUrl, RABBITMQ_URL: AMQP_URL, RABBITMQ_PREFIX: prefix, REDIS_URL };
  const api = await startServer(settings, engines === 0 ? 'standalone' : 'api');
  const engined = [];
  for (let count = 0; count < engines; count++) engined.push(await startServer(settings, 'engine'));
  const working = await Promise.all(Array.from({ length: workers }, () => startWorker({ prefix })));
  const client = new OrreryClient({ url: api.url });
  await client.definitions.register(definitionOf(work));
  const session = client.session();
  const all = [api, ...engined, ...working];
  return {
    databaseUrl,
    engines: engined,
    pids: all.map(({ pid }) => pid),
    run: (wf) => session.run(work, { input: order(wf) }),
    async stop() {
      await session.close();
      await Promise.all(all.toReversed().map((each) => each.stop()));
      await sweep(prefix);
      await drop();
    },
  };
}

/** Runs so many, so many at a time; resolves with how long each took, in milliseconds. */
async function drive(fleet, name, { count, inFlight, onStarted = () => undefined }) {
  const took = [];
  let next = 0;
  const one = async () => {
    while (next < count) {
      const began = performance.now();
      const run = fleet.run(`${name}-${next++}`);
      onStarted(next);
      const { status } = await run;
      if (status !== 'completed') throw new Error(`a run ${status}`);
      took.push({ began, ended: performance.now() });
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  return took;
}

async function measure({ inFlight = IN_FLIGHT, ...members }) {
  const fleet = await startFleet(members);
  try {
    await sleep(QUIET_MS);
    await drive(fleet, 'warm', { count: n * Math.max(1, members.engines), inFlight });
    const counting = await countProcessorTime(fleet.pids, fleet.databaseUrl);
    const began = performance.now();
    const took = await drive(fleet, 'run', { count: n, inFlight });
    const seconds = (performance.now() - began) / 1_000;
    const used = await counting.stop();
    const p50Ms = round(
      quantile(
        took.map(({ began, ended }) => ended - began),
        0.5,
      ),
    );
    return { cpuMs: round((used.node + used.postgres) / n, 3), perSecond: round(n / seconds, 1), p50Ms };
  } finally {
    await fleet.stop();
  }
}

/** Kills one of two engines amid the runs: how long the longest takes that begins after that, and those under way from then on. */
async function failOver() {
  const fleet = await startFleet({ engines: 2, workers: 2 });
  try {
    await sleep(QUIET_MS);
    await drive(fleet, 'warm', { count: n, inFlight: IN_FLIGHT });
    let killedAt;
    const onStarted = (nth) => {
      if (killedAt !== undefined || nth < n / 2) return;
      killedAt = performance.now();
      void fleet.engines[0].stop('SIGKILL');
    };
    const took = await drive(fleet, 'run', { count: n, inFlight: IN_FLIGHT, onStarted });
    const underWay = took.filter(({ began, ended }) => began <= killedAt && ended > killedAt);
    const since = underWay.map(({ ended }) => ended - killedAt);
    return {
      newMaxMs: round(
        Math.max(...took.filter(({ began }) => began > killedAt).map(({ began, ended }) => ended - began)),
      ),
      caughtP50Ms: round(quantile(since, 0.5)),
      caughtMaxMs: round(Math.max(...since)),
    };
  } finally {
    await fleet.stop();
  }
}

try {
  const samples = await comparePairs(
    pairs,
    [
      { name: 'one', measure: () => measure({ engines: 1, workers: 1 }) },
      { name: 'inside', measure: () => measure({ engines: 0, workers: 1 }) },
      { name: 'full', measure: () => measure({ engines: 2, workers: 2, inFlight: 2 * IN_FLIGHT }) },
      { name: 'two', measure: () => measure({ engines: 2, workers: 2 }) },
    ],
    console.log,
  );
  const beside = (a, b) => median(samples.map((sample) => round(sample[a].cpuMs / sample[b].cpuMs, 3)));
  const ratio = median(samples.map((sample) => sample.ratio));
  const killed = await failOver();
  const ok = ratio <= RATIO_MAX && killed.caughtMaxMs <= FAIL_OVER_MAX_MS;
  const targets = { ratioMax: RATIO_MAX, failOverMaxMs: FAIL_OVER_MAX_MS };
  const apart = beside('one', 'inside');
  report('fleet', { ok, work, n, ratio, full: beside('full', 'one'), apart, killed, ...targets, samples });
} finally {
  await databases.close();
}
