// npm run bench:recovery: how soon do runs go on after a crash? Starts 10,000 runs, kills the process with SIGKILL, starts a
// new one, and takes the time from when that is ready (`Orrery.open` has resolved) until all of them are taken up, which is
// when each has had a task handed out to a handler of the new process: at most 2 s. Half of them wait for that task to be
// done, by a handler of the dead process; half for a timer, which falls due while nobody is there, and before that task.
// `open` itself takes runs up: `readyMs` is how long it took, and `fromStartMs` all together.
import { setTimeout as sleep } from 'node:timers/promises';
import { loadEngine } from './bundle.mjs';
import { quantile, readOptions, report, round } from './command-line.mjs';
import { openServer } from './database.mjs';
import { EngineProcess } from './engine-process.mjs';

const ALL_WITHIN_MS = 2_000;
/** Until the lists show what was started, as they do of runs that wait long. */
const SETTLE_MS = 2_000;

const { n, due } = readOptions('bench:recovery', { n: 10_000, due: 20 });
const server = await openServer((await loadEngine()).openEmbeddedPostgres);

const hold = (dependsOn) => ({ type: 'hold', input: { wf: '${ input.wf }' }, ...dependsOn });
const waitingForTask = { orrery: 'v1', name: 'task', tasks: { held: hold({}) } };
const waitingForTimer = {
  orrery: 'v1',
  name: 'timer',
  tasks: { rest: { type: 'sleep', input: { until: '${ input.dueAt }' } }, held: hold({ dependsOn: ['rest'] }) },
};

const inputs = (name, count, more) =>
  Array.from({ length: count }, (_, index) => ({ wf: `${name}-${index}`, ...more }));

/** Starts the runs, and leaves them behind. */
async function startAndKill(url, { tasks, timers, dueAt }) {
  const engine = await EngineProcess.start(url, { concurrency: tasks + timers });
  for (const definition of [waitingForTask, waitingForTimer]) await engine.ask('register', definition);
  await engine.ask('start', { definition: 'timer', inputs: inputs('timer', timers, { dueAt }) });
  await engine.ask('start', { definition: 'task', inputs: inputs('task', tasks) });
  await engine.ask('allHeld', tasks);
  await sleep(SETTLE_MS);
  const held = await engine.ask('held');
  await engine.kill();
  if (held > tasks) throw new Error('timers fell due before the kill: give them longer, as --due 60 (seconds)');
}

async function takeUp(url, count) {
  const began = performance.now();
  const engine = await EngineProcess.start(url, { concurrency: count });
  const readyMs = performance.now() - began;
  const heldAt = await engine.ask('allHeld', count);
  await engine.kill();
  const of = (share) => Math.round(quantile(heldAt, share));
  return { readyMs: Math.round(readyMs), p50Ms: of(0.5), allMs: of(1), fromStartMs: Math.round(readyMs) + of(1) };
}

try {
  const { url } = await server.create();
  const dueMs = Date.now() + due * 1_000;
  const timers = Math.floor(n / 2);
  await startAndKill(url, { tasks: n - timers, timers, dueAt: new Date(dueMs).toISOString() });
  console.log(
    `${n} runs were left behind; the timers of ${timers} fall due in ${round((dueMs - Date.now()) / 1_000, 1)} s`,
  );
  await sleep(Math.max(0, dueMs - Date.now()));
  const took = await takeUp(url, n);
  report('recovery', { ok: took.allMs <= ALL_WITHIN_MS, n, timers, allWithinMs: ALL_WITHIN_MS, ...took });
} finally {
  await server.close();
}
