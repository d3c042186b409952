// The program of an EngineProcess: Orrery over a database, handlers of the benchmarks, and what its parent may ask.
import { setTimeout as sleep } from 'node:timers/promises';
import { loadEngine } from './bundle.mjs';
import { order, result } from './works.mjs';

const STARTS_AT_ONCE = 1_000;
const LOOK_EVERY_MS = 5;
const LISTS_EVERY_MS = 100;

const { Orrery } = await loadEngine();
let orrery;
let readyAt;
/** When each run had its task of type `hold` handed out first, in milliseconds since this process was ready. */
const heldAt = new Map();
/** How late each task of type `arrive` was, in milliseconds. */
const lateness = [];

const handlers = {
  step: ({ wf, k }) => result(wf, k),
  hold({ wf }) {
    if (!heldAt.has(wf)) heldAt.set(wf, performance.now() - readyAt);
    return new Promise(() => undefined);
  },
  arrive({ dueAt }) {
    lateness.push(Date.now() - Date.parse(dueAt));
    return null;
  },
};

async function until(isTrue) {
  while (!isTrue()) await sleep(LOOK_EVERY_MS);
}

const asked = {
  async open(options) {
    orrery = await Orrery.open(options);
    readyAt = performance.now();
    for (const [type, handler] of Object.entries(handlers)) orrery.task(type, handler);
  },

  register: (definition) => orrery.definitions.register(definition),

  /** Runs of a work to their ends, so many at a time: the next is started when one has ended. */
  async drive({ work, name, count, inFlight }) {
    let next = 0;
    const one = async () => {
      while (next < count) {
        const { status } = await orrery.run(work, { input: order(`${name}-${next++}`) });
        if (status !== 'completed') throw new Error(`a run of ${work} ended ${status}`);
      }
    };
    await Promise.all(Array.from({ length: Math.min(inFlight, count) }, one));
  },

  /** Resolves when the lists say of no run any more that it is running. */
  async listed() {
    for (;;) {
      const { counts } = await orrery.workflows.list({ limit: 1, atLeast: orrery.position });
      if (counts.running === 0) return;
      await sleep(LISTS_EVERY_MS);
    }
  },

  /** Starts runs, of which each has an input; resolves when all are recorded. */
  async start({ definition, inputs }) {
    for (let from = 0; from < inputs.length; from += STARTS_AT_ONCE) {
      const some = inputs.slice(from, from + STARTS_AT_ONCE).map((input) => ({ definition, input }));
      const { items } = await orrery.workflows.startMany(some);
      const refused = items.find((item) => 'problem' in item);
      if (refused) throw new Error(`a run of ${definition} was not started: ${refused.problem.detail}`);
    }
  },

  held: () => heldAt.size,

  /** Resolves when so many runs have their task in hands, with when each came there, in order. */
  async allHeld(count) {
    await until(() => heldAt.size >= count);
    return [...heldAt.values()];
  },

  async arrived(count) {
    await until(() => lateness.length >= count);
    return lateness;
  },

  // How partitions are shared out is nobody's business but a benchmark's.
  owned: () => orrery.engine.orchestration.ports.ownership.owned().size,

  close: () => orrery.close(),
};

process.on('message', async ({ number, what, given }) => {
  try {
    process.send({ number, answer: await asked[what](given) });
  } catch (error) {
    process.send({ number, error: error.stack });
  }
});
process.on('disconnect', () => process.exit(0));
