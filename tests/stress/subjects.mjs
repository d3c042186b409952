/** What is put under stress: how it is started and kept going, and what its events must say at the end. */
import { checkList, checkOutput, checkSignals } from './stress-rules.mjs';

/** Lists are done in so many rounds, so that they have a middle. */
const ROUNDS = 20;
const AT_ONCE = 16;

const upTo = (count) => Array.from({ length: count }, (_, index) => index);
const definition = (name, tasks, more = {}) => ({ orrery: 'v1', name: `stress-${name}`, tasks, ...more });
const ALL = ['let be', 'cancelled', 'paused'];

/** A list of so many items; `task` says what is done with each, and `gives` what comes of the n-th. */
function list(name, { count, task, gives, treatments }) {
  const concurrency = Math.ceil(count / ROUNDS);
  const each = { forEach: '${ input }', concurrency, ...task };
  return {
    name: `${name}, ${count} items`,
    treatments,
    definitions: [definition(name, { each }, { output: '${ tasks.each.output }' })],
    input: upTo(count),
    middle: ({ recorded }, run) => recorded(run, count / 2),
    check(run, { events, result }) {
      const faults = checkList(events, { key: 'each', count, concurrency });
      return [...faults, ...checkOutput(result.output, upTo(count).map(gives))];
    },
  };
}

/** Tasks that are the engine's own and take no time: the run is one decision, and nothing can come in between. */
const noops = (count) =>
  list('noop', {
    count,
    task: { type: 'noop', input: '${ item * 2 }' },
    gives: (n) => n * 2,
    treatments: ['let be'],
  });

const sleeps = (count) =>
  list('sleep', {
    count,
    task: { type: 'sleep', input: { duration: '200ms' } },
    gives: () => null,
    treatments: ALL,
  });

const work = (count) =>
  list('work', {
    count,
    task: { type: 'stress.double', input: '${ item }' },
    gives: (n) => n * 2,
    treatments: ALL,
  });

/** Signals that come before anything waits for them: half before, a quarter meanwhile, and the rest after. */
function signals(count) {
  const send = async ({ client }, run, numbers) => {
    const waiting = [...numbers];
    const sendNext = async () => {
      for (let n = waiting.shift(); n !== undefined; n = waiting.shift()) {
        const path = `/workflows/${run.id}/signals/go`;
        const intent = await client.command('signal', path, { key: `${run.key}-${n}`, body: { n } });
        if (intent.outcome === 'ok') run.sent.push({ n });
      }
    };
    await Promise.all(upTo(AT_ONCE).map(sendNext));
  };
  const [half, most] = [Math.floor(count / 2), Math.floor(count * 0.75)];
  const gate = { type: 'wait', input: { signal: 'open' } };
  const each = { type: 'wait', dependsOn: ['gate'], forEach: '${ input }', input: { signal: 'go' } };
  return {
    name: `${count} early signals`,
    treatments: ALL,
    definitions: [definition('signals', { gate, each }, { output: '${ tasks.each.output }' })],
    input: upTo(count),
    async middle(stage, run) {
      run.sent = [];
      await send(stage, run, upTo(half));
    },
    meanwhile: (stage, run) => send(stage, run, upTo(most).slice(half)),
    async after(stage, run) {
      await send(stage, run, upTo(count).slice(most));
      await stage.client.command('signal', `/workflows/${run.id}/signals/open`, { key: `${run.key}-open` });
    },
    checkStopped: (run, { events }) => checkSignals(events, { name: 'go', sent: run.sent }),
    check: (run, { events, result }) => [
      ...checkList(events, { key: 'each', count }),
      ...checkSignals(events, { name: 'go', sent: run.sent, taken: result.output }),
      ...(run.sent.length === count ? [] : [`${run.sent.length} of ${count} signals were taken`]),
    ],
  };
}

/** Runs within runs: at each depth a nap, a task for a worker, a run that goes on as deep, and one that goes no further. */
function tree(depth) {
  const goesOn = '${ input.depth > 0 }';
  const run = (input) => ({
    type: 'workflow',
    dependsOn: ['nap'],
    when: goesOn,
    input: { definition: 'stress-tree', input },
  });
  const tasks = {
    nap: { type: 'sleep', input: { duration: '200ms' } },
    work: { type: 'stress.double', dependsOn: ['nap'], input: '${ input.depth }' },
    deeper: run({ depth: '${ input.depth - 1 }' }),
    beside: run({ depth: 0 }),
  };
  const output = '${ input.depth == 0 ? 0 : tasks.deeper.output + 1 }';
  return {
    name: `runs ${depth} deep`,
    treatments: ALL,
    depth,
    definitions: [definition('tree', tasks, { output })],
    input: { depth },
    middle: ({ nested }, { id }) => nested(id, Math.floor(depth / 2)),
    check: (_, { result }) => (result.output === depth ? [] : [`it counted ${result.output} runs, and not ${depth}`]),
  };
}

export const subjects = ({ items, signals: count, depth }) => [
  noops(items),
  sleeps(items),
  work(items),
  signals(count),
  tree(depth),
];
