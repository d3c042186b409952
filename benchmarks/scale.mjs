// node benchmarks/scale.mjs [repeats]: does a task cost more in a large run than in a small one?
// Prints time and CPU per task of wide and of long runs, each at two sizes, and how the sizes compare: at most 1.3.
import { loadEngine } from './bundle.mjs';
import { median } from './command-line.mjs';
import { openDatabase } from './database.mjs';

const RATIO_MAX = 1.3;
const repeats = Number(process.argv[2] ?? 5);

const wide = (size) => Object.fromEntries(Array.from({ length: size }, (_, k) => [`t${k}`, { type: 'step' }]));
const long = (size) =>
  Object.fromEntries(
    Array.from({ length: size }, (_, k) => [`t${k}`, { type: 'step', ...(k > 0 && { dependsOn: [`t${k - 1}`] }) }]),
  );
// As many runs of the small size as make the large one, one after the other: both do the same work.
const PAIRS = [
  { name: 'in parallel', tasks: wide, small: 1_000, large: 10_000 },
  { name: 'in a row', tasks: long, small: 100, large: 1_000 },
];

const nameOf = ({ name }, size) => `${name.replaceAll(' ', '-')}-${size}`;

async function measure(orrery, definition, size, runs) {
  const before = process.cpuUsage();
  const began = performance.now();
  for (let run = 0; run < runs; run++) {
    const { status } = await orrery.run(definition);
    if (status !== 'completed') throw new Error(`a run of ${definition} ended ${status}`);
  }
  const { user, system } = process.cpuUsage(before);
  const tasks = size * runs;
  return { us: ((performance.now() - began) * 1_000) / tasks, cpuUs: (user + system) / tasks };
}

async function compare(orrery, pair) {
  const { small, large } = pair;
  const samples = { [small]: [], [large]: [] };
  for (const size of [small, large]) {
    const definition = { orrery: 'v1', name: nameOf(pair, size), tasks: pair.tasks(size) };
    await orrery.definitions.register(definition);
    await measure(orrery, nameOf(pair, size), size, large / size);
  }
  // In turn, so that whatever else the machine does falls on both.
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const size of [small, large])
      samples[size].push(await measure(orrery, nameOf(pair, size), size, large / size));
  }
  const of = (size, what) => Math.round(median(samples[size].map((sample) => sample[what])) * 10) / 10;
  const figures = (size) => ({ tasks: size, us: of(size, 'us'), cpuUs: of(size, 'cpuUs') });
  const [a, b] = [figures(small), figures(large)];
  const ratio = (what) => Math.round((b[what] / a[what]) * 100) / 100;
  return { name: pair.name, small: a, large: b, timeRatio: ratio('us'), cpuRatio: ratio('cpuUs') };
}

function show({ name, small, large, timeRatio, cpuRatio }) {
  for (const { tasks, us, cpuUs } of [small, large]) {
    console.log(`${String(tasks).padStart(6)} tasks ${name}: ${us} us a task, ${cpuUs} us of CPU`);
  }
  console.log(`       a task of the larger run takes ${timeRatio} times as long, and ${cpuRatio} times the CPU`);
}

const { Orrery, openEmbeddedPostgres } = await loadEngine();
const database = await openDatabase(openEmbeddedPostgres);
const results = [];
try {
  const orrery = (await Orrery.open({ databaseUrl: database.url, concurrency: 1_000 })).task('step', () => null);
  for (const pair of PAIRS) {
    results.push(await compare(orrery, pair));
    show(results.at(-1));
  }
  await orrery.close();
} finally {
  await database.close();
}
const ok = results.every(({ timeRatio, cpuRatio }) => timeRatio <= RATIO_MAX && cpuRatio <= RATIO_MAX);
console.log(JSON.stringify({ benchmark: 'scale', repeats, ratioMax: RATIO_MAX, ok, results }));
process.exitCode = ok ? 0 : 1;
