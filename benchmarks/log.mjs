// npm run bench:log: does a workflow cost more when the log is long? Runs a work over an empty database and over one with a
// million commits, in turn, each time in a new process, and compares the processor time of both: at most 1.1. And says how
// much room a task takes in the database: a million of them at most 10 GB.
import { loadEngine } from './bundle.mjs';
import { median, readOptions, report, round } from './command-line.mjs';
import { openServer, query } from './database.mjs';
import { lengthenLog } from './lengthen-log.mjs';
import { comparePairs, measureWork } from './measure-work.mjs';

const RATIO_MAX = 1.1;
const BYTES_A_TASK_MAX = 10_000;

const options = { work: ['chain10', 'single'], n: 1_000, pairs: 5, commits: 1_000_000 };
const { work, n, pairs, commits } = readOptions('bench:log', options);
const engine = await loadEngine();
const server = await openServer(engine.openEmbeddedPostgres);

async function roomOf(url) {
  const { rows } = await query(
    url,
    `select pg_database_size(current_database())::float as bytes,
            (select coalesce(sum(tasks_ended), 0)::int from runs) as tasks, (select count(*)::int from runs) as runs`,
  );
  return rows[0];
}

const bytesPerTask = (before, after) => Math.round((after.bytes - before.bytes) / (after.tasks - before.tasks));

/** A log with so many commits, and what each of its tasks takes: as it was written, and as it was repeated. */
async function makeLong() {
  const { url } = await server.create();
  // A first run makes whatever is made once.
  await measureWork([url], { work, n: 1 });
  const first = await roomOf(url);
  await measureWork([url], { work, n });
  const written = await roomOf(url);
  const count = await lengthenLog(url, commits, engine);
  const long = await roomOf(url);
  const { faults } = await engine.checkIntegrity({ databaseUrl: url });
  if (faults.length > 0) throw new Error(`the long log is not as the engine writes it: ${faults[0]}`);
  const room = { written: bytesPerTask(first, written), long: bytesPerTask(first, long) };
  return { url, commits: count, runs: long.runs, bytesPerTask: room };
}

async function measureEmpty() {
  const { url, drop } = await server.create();
  const used = await measureWork([url], { work, n });
  await drop();
  return used;
}

try {
  const { url, ...long } = await makeLong();
  console.log(`a log of ${long.commits} commits of ${long.runs} runs, ${long.bytesPerTask.long} bytes a task`);
  const samples = await comparePairs(
    pairs,
    [
      { name: 'empty', measure: measureEmpty },
      { name: 'long', measure: () => measureWork([url], { work, n }) },
    ],
    console.log,
  );
  const ratio = median(samples.map((sample) => sample.ratio));
  const gigabytesPerMillionTasks = round(Math.max(long.bytesPerTask.written, long.bytesPerTask.long) / 1_000);
  const ok = ratio <= RATIO_MAX && gigabytesPerMillionTasks * 1_000 <= BYTES_A_TASK_MAX;
  report('log', { ok, work, n, ratio, ratioMax: RATIO_MAX, ...long, gigabytesPerMillionTasks, samples });
} finally {
  await server.close();
}
