// This product as a peer in a harness of engines: `node bench.mjs --peer <this file> --work saga`.
// One process: the engine and the steps run in the driver's, over the database that the harness gives.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);

export const works = ['single', 'chain10', 'fan100', 'saga', 'idle5'];

const step = (k, extra = {}) => ({ type: 'step', input: { wf: '${ input.orderId }', k }, ...extra });
const undo = (k) => ({ compensate: { type: 'undo', input: { wf: '${ input.orderId }', k } } });

/** `length` steps, each after the one before it. */
function chain(length, extra = () => ({})) {
  const tasks = {};
  for (let k = 0; k < length; k++)
    tasks[`s${k}`] = step(k, { ...(k > 0 && { dependsOn: [`s${k - 1}`] }), ...extra(k) });
  return tasks;
}

function fan(width) {
  const tasks = { s0: step(0) };
  const middle = Array.from({ length: width }, (_, index) => index + 1);
  for (const k of middle) tasks[`s${k}`] = step(k, { dependsOn: ['s0'] });
  tasks[`s${width + 1}`] = step(width + 1, { dependsOn: middle.map((k) => `s${k}`) });
  return tasks;
}

const TASKS = {
  single: () => chain(1),
  chain10: () => chain(10),
  idle5: () => chain(5),
  fan100: () => fan(100),
  saga: () => chain(5, (k) => (k === 4 ? { retry: { maxAttempts: 1 } } : undo(k))),
};

export async function start(ctx) {
  execFileSync(process.execPath, ['tools/build.mjs', 'benchmark'], { cwd: fileURLToPath(root), stdio: 'ignore' });
  const { Orrery } = await import(new URL('dist/benchmark.mjs', root));
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  const { order } = await import(new URL('lib/works.mjs', `file://${process.argv[1]}`));
  const orrery = await Orrery.open({ databaseUrl: await ctx.database(), concurrency: 1_000 });
  orrery.task('step', ({ wf, k }) => ctx.tally.step(wf, k)).task('undo', ({ wf, k }) => ctx.tally.compensate(wf, k));
  await orrery.definitions.register({ orrery: 'v1', name: ctx.work, tasks: TASKS[ctx.work]() });
  return {
    version,
    durability: `${ctx.pgSettings}; in one process`,
    submit(wf) {
      const run = orrery.run(ctx.work, { input: order(wf) });
      return { accepted: run.started, done: run.then(({ status }) => status) };
    },
    stop: () => orrery.close(),
  };
}
