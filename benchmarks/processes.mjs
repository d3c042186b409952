// npm run bench:processes: what does it cost that two processes share a database? The same runs in sum, by one and by two
// processes of the library, in turn and each time over a new database; compares the processor time of both: at most 1.15.
import { loadEngine } from './bundle.mjs';
import { median, readOptions, report } from './command-line.mjs';
import { openServer } from './database.mjs';
import { comparePairs, measureWork } from './measure-work.mjs';

const RATIO_MAX = 1.15;
/** As many runs as take a few seconds. */
const WORKS = { chain10: 1, single: 5 };

const { n, pairs } = readOptions('bench:processes', { n: 1_000, pairs: 5 });
const server = await openServer((await loadEngine()).openEmbeddedPostgres);

async function measure(given) {
  const { url, drop } = await server.create();
  const used = await measureWork(url, given);
  await drop();
  return used;
}

async function compare([work, times]) {
  const of = (processes) => () => measure({ work, n: n * times, processes });
  console.log(work);
  const samples = await comparePairs(
    pairs,
    [
      { name: 'one', measure: of(1) },
      { name: 'two', measure: of(2) },
    ],
    console.log,
  );
  return { work, n: n * times, ratio: median(samples.map(({ ratio }) => ratio)), samples };
}

try {
  const results = [];
  for (const each of Object.entries(WORKS)) results.push(await compare(each));
  report('processes', { ok: results.every(({ ratio }) => ratio <= RATIO_MAX), ratioMax: RATIO_MAX, results });
} finally {
  await server.close();
}
