// What a run of a work costs over a database: processor time of the processes that run it and of their backends.
import { setTimeout as sleep } from 'node:timers/promises';
import { round } from './command-line.mjs';
import { EngineProcess } from './engine-process.mjs';
import { countProcessorTime } from './processor-time.mjs';
import { definitionOf } from './works.mjs';

/** So many runs are under way in sum, as in the harness, if it is not said. */
export const IN_FLIGHT = 100;
/** What is left of the warm-up ends before it begins to count. */
const QUIET_MS = 300;

const PARTITIONS = 16;
const LOOK_EVERY_MS = 50;

/**
 * Runs `n` runs of a work, shared out to new processes, twice: the second time it counts milliseconds a run. All of it is in
 * the lists when it returns. The processes share out the databases, where there are several.
 */
export async function measureWork(databaseUrls, { work, n, processes = 1, inFlight = IN_FLIGHT }) {
  const of = (index) => databaseUrls[index % databaseUrls.length];
  const engines = await Promise.all(Array.from({ length: processes }, (_, index) => EngineProcess.start(of(index))));
  const members = databaseUrls.map((url) => engines.filter((_, index) => of(index) === url));
  const drive = (name, runs) => {
    const share = { work, name, count: Math.ceil(runs / processes), inFlight: Math.ceil(inFlight / processes) };
    return Promise.all(engines.map((engine, index) => engine.ask('drive', { ...share, name: `${name}-${index}` })));
  };
  try {
    await Promise.all(members.map(([first]) => first.ask('register', definitionOf(work))));
    await Promise.all(members.map(partitionsShared));
    // Each process compiles what is hot, and has had as many runs to do so, however many there are.
    await drive('warm', n * processes);
    await sleep(QUIET_MS);
    const counting = await Promise.all(
      members.map((some, index) =>
        countProcessorTime(
          some.map(({ pid }) => pid),
          databaseUrls[index],
        ),
      ),
    );
    await drive('run', n);
    const used = await Promise.all(counting.map((each) => each.stop()));
    const [node, postgres] = ['node', 'postgres'].map((what) => used.reduce((sum, each) => sum + each[what], 0));
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

/** Measures several kinds in turn, so that whatever else the machine does falls on all; the ratio is that of the last to the first. */
export async function comparePairs(pairs, kinds, say) {
  const samples = [];
  for (let pair = 0; pair < pairs; pair++) {
    const sample = {};
    for (const { name, measure } of kinds) sample[name] = await measure();
    const costs = kinds.map(({ name }) => sample[name].cpuMs);
    const ratio = round(costs.at(-1) / costs[0], 3);
    const said = kinds.map(({ name }, index) => `${name} ${costs[index]}`).join(', ');
    say(`${pair + 1}: ms of CPU a run: ${said}; ratio ${ratio}`);
    samples.push({ ...sample, ratio });
  }
  return samples;
}
