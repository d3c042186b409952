// npm run bench:timers: how late do timers fire? 10,000 runs sleep until moments that are spread over 20 seconds, beside as
// many that sleep much longer. Lateness is from the moment that was asked for until a handler is called with the task that
// waits for it: what fired is then committed.
import { loadEngine } from './bundle.mjs';
import { quantile, readOptions, report } from './command-line.mjs';
import { openServer } from './database.mjs';
import { EngineProcess } from './engine-process.mjs';

const HOUR_MS = 3_600_000;
const LEAD_MS = 2_000;

const { n, seconds } = readOptions('bench:timers', { n: 10_000, seconds: 20 });
const server = await openServer((await loadEngine()).openEmbeddedPostgres);

const definition = {
  orrery: 'v1',
  name: 'alarm',
  tasks: {
    rest: { type: 'sleep', input: { until: '${ input.dueAt }' } },
    arrived: { type: 'arrive', dependsOn: ['rest'], input: { dueAt: '${ input.dueAt }' } },
  },
};

const inputs = (from, toMs) =>
  Array.from({ length: n }, (_, index) => ({ dueAt: new Date(from + Math.round((index * toMs) / n)).toISOString() }));

const start = (engine, given) => engine.ask('start', { definition: definition.name, inputs: given });

async function measure(url) {
  const engine = await EngineProcess.start(url);
  await engine.ask('register', definition);
  const began = Date.now();
  await start(engine, inputs(began + HOUR_MS, HOUR_MS));
  // The others are all pending before the first of them is due.
  const first = Date.now() + 2 * (Date.now() - began) + LEAD_MS;
  await start(engine, inputs(first, seconds * 1_000));
  const pendingBeforeMs = first - Date.now();
  if (pendingBeforeMs < 0)
    throw new Error('the first timers were due before the last were set: try with fewer, as --n 1000');
  const lateness = await engine.ask('arrived', n);
  await engine.kill();
  return lateness;
}

try {
  const { url } = await server.create();
  const lateness = await measure(url);
  const of = (share) => quantile(lateness, share);
  const early = lateness.filter((ms) => ms < 0).length;
  report('timers', { ok: early === 0, n, seconds, p50Ms: of(0.5), p99Ms: of(0.99), maxMs: of(1), early });
} finally {
  await server.close();
}
