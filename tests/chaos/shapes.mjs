/** The kinds of runs that are kept under way, each with how it must end. Tasks of the types `ext.` are done outside. */

const patient = { retry: { maxAttempts: 20, backoff: { initial: '100ms', max: '1s' } }, timeout: '20s' };
const undo = (key) => ({ type: 'ext.undo', input: { of: key }, ...patient });
const step = (dependsOn, more = {}) => ({ type: 'ext.step', dependsOn, ...patient, ...more });
const undoable = (key, dependsOn) => step(dependsOn, { type: 'ext.effect', input: { of: key }, compensate: undo(key) });

const definition = (name, tasks, more = {}) => ({ orrery: 'v1', name: `crash-${name}`, tasks, ...more });
const keys = (count, prefix) => Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);

function chain() {
  const tasks = {};
  for (const [index, key] of keys(8, 's').entries()) {
    const before = index === 0 ? [] : [`s${index}`];
    if (index === 3) tasks[key] = { type: 'noop', dependsOn: before };
    else if (index === 5) tasks[key] = { type: 'sleep', dependsOn: before, input: { duration: '300ms' } };
    else tasks[key] = step(before);
  }
  return definition('chain', tasks);
}

function fan() {
  const leaves = keys(12, 'leaf');
  const tasks = { root: step([]) };
  for (const key of leaves) tasks[key] = step(['root']);
  tasks.join = step(leaves);
  return definition('fan', tasks, { output: { join: '${ tasks.join.output.execution }' } });
}

function saga(name, last, more) {
  const tasks = {
    a: undoable('a', []),
    b: undoable('b', ['a']),
    c: undoable('c', ['a']),
    d: undoable('d', ['b', 'c']),
  };
  return definition(name, { ...tasks, last }, { onFailure: 'compensate', ...more });
}

const sleeps = definition('sleeps', {
  one: { type: 'sleep', input: { duration: '200ms' } },
  two: { type: 'sleep', dependsOn: ['one'], input: { duration: '1500ms' } },
  three: { type: 'sleep', dependsOn: ['two'], input: { duration: '3s' } },
  four: { type: 'sleep', dependsOn: ['one'], input: { duration: '4s' } },
});

const http = (target) =>
  definition('http', {
    one: { type: 'http', input: { url: `${target}/\${ workflow.id }/one` }, ...patient },
    two: {
      type: 'http',
      dependsOn: ['one'],
      input: { method: 'POST', url: `${target}/\${ workflow.id }/two`, body: { after: '${ tasks.one.output.body }' } },
      ...patient,
    },
  });

/** A short run: how long it takes tells how well the installation is. */
export const probe = {
  name: 'probe',
  document: definition('probe', { a: step([]), b: step(['a']) }),
  ends: ['completed'],
  lives: ({ client }, { id, position }) => client.read(`/workflows/${id}`, position),
};

/** A task of which every worker dies that takes it in hand: its run fails, and the rest goes on. */
export const deadly = {
  name: 'deadly',
  document: definition('deadly', { only: { ...step([]), type: 'ext.deadly', retry: { maxAttempts: 2 } } }),
  ends: ['failed'],
};

/** Every shape that is kept under way: its definition, how its runs may end, and how often it is taken. `lives` sends commands meanwhile. */
export const shapes = (target) => [
  { name: 'chain', share: 3, document: chain(), ends: ['completed'] },
  { name: 'fan', share: 3, document: fan(), ends: ['completed'] },
  { name: 'saga', share: 3, document: saga('saga', step(['d'], { type: 'ext.refuse' })), ends: ['compensated'] },
  {
    name: 'retries',
    share: 3,
    document: definition('retries', { flaky: step([], { type: 'ext.flaky' }), after: step(['flaky']) }),
    ends: ['completed'],
  },
  { name: 'sleeps', share: 2, document: sleeps, ends: ['completed'] },
  { name: 'http', share: 2, document: http(target), ends: ['completed'] },
  {
    name: 'cancelled',
    share: 2,
    document: saga('cancelled', { type: 'sleep', dependsOn: ['d'], input: { duration: '10m' } }),
    ends: ['cancelled'],
    lives: cancelLater,
  },
  {
    name: 'paused',
    share: 2,
    document: { ...chain(), name: 'crash-paused' },
    ends: ['completed'],
    lives: pauseForAWhile,
  },
  {
    name: 'mended',
    share: 2,
    document: definition('mended', { first: step([]), broken: step(['first'], { type: 'ext.broken' }) }),
    ends: ['completed'],
    lives: retryWhenFailed,
  },
];

async function cancelLater({ client, random, pause }, { id }) {
  await pause(random.between(100, 4_000));
  await client.command('cancel', `/workflows/${id}/cancel`, { key: `cancel-${id}`, run: id });
}

async function pauseForAWhile({ client, random, pause }, { id }) {
  await pause(random.between(50, 1_500));
  const paused = await client.command('pause', `/workflows/${id}/pause`, { key: `pause-${id}`, run: id });
  if (paused.outcome !== 'ok') return;
  await pause(random.between(100, 2_500));
  await client.command('resume', `/workflows/${id}/resume`, { key: `resume-${id}`, run: id });
}

/** Its task fails for good until the run is known to have failed; then the task is mended and the run tried again. */
async function retryWhenFailed({ client, mended, untilEnded }, run) {
  const { status } = await untilEnded(run);
  if (status !== 'failed') return;
  mended.add(run.id);
  await client.command('retry', `/workflows/${run.id}/retry`, { key: `retry-${run.id}`, run: run.id });
}
