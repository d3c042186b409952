// npm run bench:processes: what does it cost that two processes share a database? The same runs in sum, by one process of the
// library, by two with a database each, and by two with one between them, in turn and each time over new databases. Compares
// the processor time of one and of two that share: at most 1.15. The others tell what two processes cost that share nothing,
// and what two that share cost where each has as many runs under way as one had: a second one is there for more of them.
import { loadEngine } from './bundle.mjs';
import { median, readOptions, report, round } from './command-line.mjs';
import { openServer } from './database.mjs';
import { IN_FLIGHT, comparePairs, measureWork } from './measure-work.mjs';

const RATIO_MAX = 1.15;
/** As many runs as take a few seconds. */
const WORKS = { chain10: 1, single: 5 };

const { n, pairs } = readOptions('bench:processes', { n: 1_000, pairs: 5 });
const server = await openServer((await loadEngine()).openEmbeddedPostgres);

async function measure(databases, given) {
  const created = await Promise.all(Array.from({ length: databases }, () => server.create()));
  const used = await measureWork(
    created.map(({ url }) => url),
    given,
  );
  await Promise.all(created.map(({ drop }) => drop()));
  return used;
}

async function compare([work, times]) {
  const given = { work, n: n * times };
  console.log(work);
  const samples = await comparePairs(
    pairs,
    [
      { name: 'one', measure: () => measure(1, { ...given, processes: 1 }) },
      { name: 'apart', measure: () => measure(2, { ...given, processes: 2 }) },
      { name: 'full', measure: () => measure(1, { ...given, processes: 2, inFlight: 2 * IN_FLIGHT }) },
      { name: 'two', measure: () => measure(1, { ...given, processes: 2 }) },
    ],
    console.log,
  );
  const ratio = median(samples.map((sample) => sample.ratio));
  const beside = (a, b) => median(samples.map((sample) => round(sample[a].cpuMs / sample[b].cpuMs, 3)));
  return { ...given, ratio, full: beside('full', 'one'), besideApart: beside('two', 'apart'), samples };
}

try {
  const results = [];
  for (const each of Object.entries(WORKS)) results.push(await compare(each));
  report('processes', { ok: results.every(({ ratio }) => ratio <= RATIO_MAX), ratioMax: RATIO_MAX, results });
} finally {
  await server.close();
}
