// What a run of a work costs over a database: processor time of the processes that run it and of their backends.
import { setTimeout as sleep } from 'node:timers/promises';
import { round } from './command-line.mjs';
import { EngineProcess } from './engine-process.mjs';
import { countProcessorTime } from './processor-time.mjs';
import { definitionOf } from './works.mjs';

/** So many runs are under way, as in the harness. */
const IN_FLIGHT = 100;
/** What is left of the warm-up ends before it begins to count. */
const QUIET_MS = 300;

const PARTITIONS = 16;
const LOOK_EVERY_MS = 50;

/** Runs `n` runs of a work, shared out to new processes, twice: the second time it counts milliseconds a run. All of it is in the lists when it returns. */
export async function measureWork(databaseUrl, { work, n, processes = 1 }) {
  const engines = await Promise.all(Array.from({ length: processes }, () => EngineProcess.start(databaseUrl)));
  const drive = (name, runs) => {
    const share = { work, name, count: Math.ceil(runs / processes), inFlight: Math.ceil(IN_FLIGHT / processes) };
    return Promise.all(engines.map((engine, index) => engine.ask('drive', { ...share, name: `${name}-${index}` })));
  };
  try {
    await engines[0].ask('register', definitionOf(work));
    await partitionsShared(engines);
    // Each process compiles what is hot: two of them would pay for it twice.
    await drive('warm', n);
    await sleep(QUIET_MS);
    const counting = await countProcessorTime(
      engines.map(({ pid }) => pid),
      databaseUrl,
    );
    await drive('run', n);
    const { node, postgres } = await counting.stop();
    await Promise.all(engines.map((engine) => engine.ask('listed')));
    await Promise.all(engines.map((engine) => engine.close()));
    const runs = Math.ceil(n / processes) * processes;
    return {
      cpuMs: round((node + postgres) / runs, 3),
      nodeMs: round(node / runs, 3),
      postgresMs: round(postgres / runs, 3),
    };
  } finally {
    await Promise.all(engines.map((engine) => engine.kill()));
  }
}

/** Until each of them owns its share, or near it: which go where is told by chance. */
async function partitionsShared(engines) {
  for (;;) {
    const owned = await Promise.all(engines.map((engine) => engine.ask('owned')));
    if (owned.every((count) => count > 0) && owned.reduce((sum, count) => sum + count) === PARTITIONS) return;
    await sleep(LOOK_EVERY_MS);
  }
}

/** Measures two kinds in turn, so that whatever else the machine does falls on both; the medians of both and of their ratios. */
export async function comparePairs(pairs, [first, second], say) {
  const samples = [];
  for (let pair = 0; pair < pairs; pair++) {
    const sample = { [first.name]: await first.measure(), [second.name]: await second.measure() };
    const ratio = round(sample[second.name].cpuMs / sample[first.name].cpuMs, 3);
    say(
      `${pair + 1}: ${first.name} ${sample[first.name].cpuMs} ms of CPU a run, ${second.name} ${sample[second.name].cpuMs}, ratio ${ratio}`,
    );
    samples.push({ ...sample, ratio });
  }
  return samples;
}
