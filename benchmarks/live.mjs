// npm run bench:live: does the live feed hold under load, and when its process dies? Subscribers over server-sent events, over
// WebSocket and in GraphQL, each following one of as many labels, and a few more that follow everything, while runs begin and
// end in a server beside the api that they are connected to. The api is killed twice and started again. What each has heard is
// held against the log: nothing may be missing, nothing may come twice. Says how long it took from the commit to the client.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import getPort from 'get-port';
import { build, loadEngine } from './bundle.mjs';
import { quantile, readOptions, report, round } from './command-line.mjs';
import { openServer, query } from './database.mjs';
import { countProcessorTime } from './processor-time.mjs';
import { startServer } from './server-process.mjs';

const FACES = ['sse', 'websocket', 'graphql'];
/** Who follows everything, and in how many processes all of them are. */
const [FULL, CLIENTS] = [20, 2];
const KILLS = 2;
/** How long the api is away each time. */
const AWAY_MS = 1_000;
const [TICK_MS, LOOK_EVERY_MS] = [50, 100];
/** What comes twice may come late, in milliseconds. */
const LATE_MS = 1_000;
/** For so long nothing more is heard before what is missing is given up. */
const SILENCE_MS = 20_000;
const { REDIS_URL = 'redis://127.0.0.1:6379' } = process.env;
const RUN = { orrery: 'v1', name: 'told', tasks: { it: { type: 'noop' } } };

const { subscribers, seconds, deliveries } = readOptions('bench:live', {
  subscribers: 500,
  seconds: 60,
  deliveries: 5_000,
});
const LABELS = Array.from({ length: subscribers }, (_, n) => String(n));
build('standalone', 'api');
const { OrreryClient, openEmbeddedPostgres } = await loadEngine();
const databases = await openServer(openEmbeddedPostgres);

/** Everybody who listens: so many of each face with a label each, and those who want all. */
function everybody() {
  const labelled = FACES.flatMap((face) => LABELS.map((label) => ({ face, label })));
  return [...labelled, ...Array.from({ length: FULL }, (_, n) => ({ face: FACES[n % FACES.length] }))];
}

class Clients {
  #children = [];

  constructor(url) {
    const main = fileURLToPath(new URL('live-clients.mjs', import.meta.url));
    for (let n = 0; n < CLIENTS; n++) {
      const members = everybody().filter((_, index) => index % CLIENTS === n);
      const child = fork(main, [JSON.stringify({ url, subscribers: members })], { serialization: 'advanced' });
      const ended = once(child, 'exit').then(() => Promise.reject(new Error('a process of subscribers ended')));
      ended.catch(() => undefined);
      this.#children.push({ child, members, ended });
    }
  }

  async #ask(what) {
    return Promise.all(
      this.#children.map(async ({ child, ended }) => {
        child.send(what);
        const [answer] = await Promise.race([once(child, 'message'), ended]);
        return answer;
      }),
    );
  }

  async sum(what) {
    return (await this.#ask(what)).reduce((sum, each) => sum + each, 0);
  }

  async allConnected() {
    const all = everybody().length;
    while ((await this.sum('connected')) < all) await sleep(LOOK_EVERY_MS);
  }

  /** Every subscriber with what it has heard. */
  async everything() {
    const answers = await this.#ask('everything');
    return answers.flatMap((heard, n) => heard.map((each, at) => ({ ...this.#children[n].members[at], ...each })));
  }

  stop() {
    for (const { child } of this.#children) if (child.connected) child.disconnect();
  }
}

/** Starts runs at an even pace, by label in turn, until it is told to stop; resolves with the id and the label of each. */
async function load(session, eventsPerRun, signal) {
  const perSecond = deliveries / (eventsPerRun * (FACES.length + FULL));
  const began = performance.now();
  const runs = [];
  while (!signal.aborted) {
    const due = ((performance.now() - began) / 1_000) * perSecond;
    while (runs.length < due) {
      const label = LABELS[runs.length % subscribers];
      runs.push(session.run(RUN.name, { labels: { feed: label } }).then(({ id }) => [id, label]));
    }
    await sleep(TICK_MS);
  }
  return Promise.all(runs);
}

/** How many times events of runs are to be heard by now; a definition was registered by one that is of none. */
async function wantedByNow(databaseUrl) {
  const { rows } = await query(databaseUrl, 'select sum(last_version - first_version + 1)::int - 1 as n from commits');
  return rows[0].n * (FACES.length + FULL);
}

/**
 * Kills the api and starts it again. Says when nobody could be told, in milliseconds since the epoch: until all are back and
 * have what they missed.
 */
async function killAndStart(api, startApi, { clients, databaseUrl }) {
  const from = Date.now();
  await api.stop('SIGKILL');
  await sleep(AWAY_MS);
  const next = await startApi();
  const readyAt = Date.now();
  await clients.allConnected();
  await allHeard(clients, await wantedByNow(databaseUrl));
  const until = Date.now();
  return { api: next, from, until, backMs: until - readyAt };
}

/** Every event of these runs in the order of the log, as the subscribers note them, and when it committed. */
async function recorded(databaseUrl, runs) {
  const { rows } = await query(
    databaseUrl,
    `select stream_id, first_version, last_version, (extract(epoch from recorded_at) * 1000)::float as at
       from commits order by transaction_id, position`,
  );
  return rows
    .filter(({ stream_id }) => runs.has(stream_id))
    .flatMap(({ stream_id, first_version: first, last_version: last, at }) =>
      Array.from({ length: last - first + 1 }, (_, n) => ({ run: stream_id, name: `${stream_id}:${first + n}`, at })),
    );
}

/** What is wrong with what one has heard. */
function judge(heard, wanted) {
  const once = new Set(heard);
  const gaps = wanted.filter(({ name }) => !once.has(name)).length;
  const repeats = heard.length - once.size;
  const misplaced = gaps + repeats > 0 ? 0 : wanted.filter(({ name }, n) => heard[n] !== name).length;
  return { gaps, repeats, misplaced };
}

const latencyOf = (told) => {
  const took = told.map(({ ms }) => ms);
  return {
    p50Ms: round(quantile(took, 0.5), 1),
    p99Ms: round(quantile(took, 0.99), 1),
    maxMs: round(quantile(took, 1), 1),
  };
};

/** Holds what was heard against the log: faults, and how long it took outside of the times when the api was away and in all. */
function compare(everything, wanted, runs, aways) {
  const wasAway = (at, heardAt) => aways.some(({ from, until }) => at <= until && heardAt >= from);
  const committedAt = new Map(wanted.map(({ name, at }) => [name, at]));
  const faults = { gaps: 0, repeats: 0, misplaced: 0 };
  const told = [];
  for (const { label, heard, heardAt } of everything) {
    const own = label === undefined ? wanted : wanted.filter(({ run }) => runs.get(run) === label);
    for (const [fault, many] of Object.entries(judge(heard, own))) faults[fault] += many;
    heard.forEach((name, n) => {
      const at = committedAt.get(name);
      told.push({ ms: heardAt[n] - at, wasAway: wasAway(at, heardAt[n]) });
    });
  }
  const inTime = told.filter((each) => !each.wasAway);
  return { ...faults, told: told.length, ...latencyOf(inTime), throughout: latencyOf(told) };
}

/** Resolves when so much was heard, or nothing more is. */
async function allHeard(clients, many) {
  let [heard, since] = [0, performance.now()];
  while (heard < many && performance.now() - since < SILENCE_MS) {
    await sleep(LOOK_EVERY_MS);
    const now = await clients.sum('heard');
    if (now !== heard) [heard, since] = [now, performance.now()];
  }
}

/** Kills the api again and again under load; resolves with the last stretch's use of the processor and all that was found. */
async function measure({ url: databaseUrl }, opened) {
  const open = async (thing) => opened[opened.push(await thing) - 1];
  const shared = { DATABASE_URL: databaseUrl, REDIS_URL };
  const settings = { ...shared, API_PORT: String(await getPort()) };
  const client = new OrreryClient({ url: (await open(startServer(shared))).url });
  const startApi = () => open(startServer(settings, 'api'));
  let api = await startApi();
  await client.definitions.register(RUN);
  const [label] = LABELS;
  const { id } = await client.workflows.start(RUN.name, { labels: { feed: label } });
  const { version: eventsPerRun } = await client.workflows.waitForResult(id);
  const clients = await open(new Clients(api.url));
  await clients.allConnected();
  console.log(`${everybody().length} subscribers are there`);

  const stretchMs = (seconds * 1_000) / (KILLS + 1);
  const over = new AbortController();
  const session = client.session();
  opened.push({ stop: () => session.close() });
  const loading = load(session, eventsPerRun, over.signal);
  const kills = [];
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(stretchMs);
    kills.push(await killAndStart(api, startApi, { clients, databaseUrl }));
    api = kills.at(-1).api;
    console.log(`killed; all have what they missed ${kills.at(-1).backMs} ms after it was ready again`);
  }
  const counting = await countProcessorTime([api.pid], databaseUrl);
  await sleep(stretchMs);
  const used = await counting.stop();
  over.abort();
  const runs = new Map([[id, label], ...(await loading)]);
  const wanted = await recorded(databaseUrl, runs);
  await allHeard(clients, wanted.length * (FACES.length + FULL));
  await sleep(LATE_MS);
  const found = compare(await clients.everything(), wanted, runs, kills);
  const cores = { api: round(used.node / stretchMs), postgres: round(used.postgres / stretchMs) };
  return { events: wanted.length, backMs: kills.map(({ backMs }) => backMs), cores, ...found };
}

const database = await databases.create();
const opened = [];
try {
  const figures = await measure(database, opened);
  const ok = figures.gaps + figures.repeats + figures.misplaced === 0;
  report('live', { ok, subscribers, full: FULL, seconds, deliveries, ...figures });
} finally {
  for (const each of opened.toReversed()) await each.stop();
  await databases.close();
}
