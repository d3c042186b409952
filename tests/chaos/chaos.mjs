// npm run chaos -- --minutes 10 --seed N [--rate 5] [--keep]
// An installation of many processes, over servers of its own, is hurt in every way there is a row for in
// docs/reliability.md, while runs are started at a steady rate; then checks that nothing was lost, done twice or left
// standing. The last line is JSON.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { hasPrivateBroker } from '@orrery/infrastructure/testing/rabbitmq';
import { hasPrivateRedis } from '@orrery/infrastructure/testing/redis';
import { connect } from 'amqplib';
import { AUDIT_QUEUE, Subscriber } from './audit.mjs';
import { BrokerClient } from './broker-client.mjs';
import { Client } from './client.mjs';
import { Cluster } from './cluster.mjs';
import { faults } from './faults.mjs';
import { Journal } from './journal.mjs';
import { judge } from './judge.mjs';
import { SharedSet, readLedger } from './ledger.mjs';
import { prove } from './prove.mjs';
import { seeded } from './random.mjs';
import { Runs } from './runs.mjs';
import { schedule } from './schedule.mjs';
import { deadly, probe, shapes } from './shapes.mjs';
import { Strikes } from './strikes.mjs';
import { httpTarget } from './workers.mjs';

/** Nothing strikes before: a broker forgets a quorum queue that was declared just before it is killed. */
const WARM_UP_MS = 10_000;
/** After the last fault every run must have ended within so long. */
const SETTLE_MS = 60_000;
/** In a short run faults are short, too, so that there is one of every row. */
const SHORT_MINUTES = 5;
const PROBE_EVERY_MS = 500;

const text = { type: 'string' };
const { values } = parseArgs({
  options: {
    minutes: { ...text, default: '10' },
    seed: { ...text, default: String(Date.now() % 1_000_000) },
    rate: { ...text, default: '5' },
    keep: { type: 'boolean', default: false },
  },
});
const options = { minutes: Number(values.minutes), seed: Number(values.seed), rate: Number(values.rate) };

function demandServers() {
  const missing = [...(hasPrivateBroker() ? [] : ['rabbitmq-server']), ...(hasPrivateRedis() ? [] : ['redis-server'])];
  if (missing.length === 0) return;
  console.error(`This needs servers that are not installed. On Debian: apt-get install ${missing.join(' ')}`);
  process.exit(2);
}

async function probeAllTheTime(runs, signal) {
  while (!signal.aborted) {
    void runs.live(probe, runs.client);
    await sleep(PROBE_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Faults strike while runs are started; resolves when all is well again and nothing is started any more. */
async function disturb(cluster, runs, random) {
  const loading = [runs.startAtRate(options.rate)];
  const probing = new AbortController();
  loading.push(probeAllTheTime(runs, probing.signal));
  await sleep(WARM_UP_MS);
  const longestMs = options.minutes < SHORT_MINUTES ? 8_000 : 60_000;
  const plan = schedule(faults, { random, ms: options.minutes * 60_000, longestMs });
  const strikes = new Strikes({ cluster, runs }, tell);
  await strikes.carryOut(plan);
  await cluster.heal();
  // What comes after the last fault is measured like what comes after every other.
  await sleep(WARM_UP_MS);
  runs.startNoMore();
  probing.abort();
  await Promise.all(loading);
  return strikes.records;
}

function tell({ row, name, target, startedAt, endedAt, complaints }) {
  const lasted = `${((endedAt - startedAt) / 1000).toFixed(1)} s`;
  console.log(`row ${row}: ${name} (${target}), ${lasted}${complaints.length > 0 ? `; ${complaints.join('; ')}` : ''}`);
}

/** How somebody reaches the broker by a link of its own. */
async function byBroker(cluster, name) {
  const url = await cluster.link(name, 'rabbitmq', cluster.broker.url);
  return () => connect(`${url}?heartbeat=5`, { timeout: 5_000 });
}

async function everything(cluster, directory) {
  const random = seeded(options.seed);
  const journal = new Journal(join(directory, 'intents.jsonl'));
  const client = new Client(cluster.urls, journal);
  const target = await httpTarget(random.child());
  const subscriber = await Subscriber.open(await byBroker(cluster, 'subscriber'), {
    exchange: 'orrery.events',
    queue: AUDIT_QUEUE,
  });
  await cluster.start();
  const kinds = shapes(target.url);
  for (const { document } of [...kinds, probe, deadly]) await client.register(document);
  const mended = new SharedSet(join(directory, 'mended'));
  const brokerClient = new BrokerClient(await byBroker(cluster, 'client'), { journal, exchange: 'orrery.commands' });
  const starters = [client, client, client, brokerClient];
  const runs = new Runs({ client, starters, random: random.child(), shapes: kinds, mended });
  const records = await disturb(cluster, runs, random.child());
  const healedAt = Date.now();
  const stuck = await runs.settled(SETTLE_MS);
  const settledMs = Date.now() - healedAt;
  const ledger = cluster.of('worker').flatMap(({ name }) => readLedger(join(directory, `${name}.ledger.jsonl`)));
  const probes = runs.all.filter(({ shape }) => shape === probe);
  writeFileSync(join(directory, 'faults.json'), JSON.stringify(records, undefined, 2));
  const told = { client, journal, subscriber, target, ledger };
  const verdict = await judge({ ...told, server: cluster, runs: runs.all, stuck, records, probes });
  target.close();
  return { settledMs, ...verdict };
}

demandServers();
console.log(`seed ${options.seed}: ${options.minutes} minutes, ${options.rate} runs a second`);
await prove(
  'chaos',
  { options, keep: values.keep, open: (directory) => Cluster.open(directory, options.seed) },
  everything,
);
