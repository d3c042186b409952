// This product as a peer in a harness of engines: `node bench.mjs --peer <this file> --work saga [--variant server|amqp|amqp-heard|amqp-no-events]`.
// Without a variant the engine and the steps run in the driver's process, over the database that the harness gives. As a
// server, it is one process, the steps are in a worker's, and the driver is a client: over sockets, by the SDK. With `amqp`
// the worker reads its tasks from the RabbitMQ at AMQP_URL, and events are told to it, which nobody hears; with `amqp-heard` one
// more process hears them all, and with `amqp-no-events` none are told.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';
import { build, loadEngine, root } from './bundle.mjs';
import { WORKS, definitionOf, order } from './works.mjs';

export const works = WORKS;

/** As many tasks at once as `fan100` has under way. */
const CONCURRENCY = 1_000;

export function start(ctx) {
  const { variant = 'library' } = ctx.opts;
  const starting = VARIANTS[variant];
  if (!starting) throw new Error(`--variant is ${Object.keys(VARIANTS).join(' or ')}, and not "${variant}"`);
  return starting(ctx);
}

const VARIANTS = {
  library,
  server,
  amqp: (ctx) => amqp(ctx, { RABBITMQ_EVENTS: '#' }),
  'amqp-heard': async (ctx) => {
    await listener(ctx);
    return amqp(ctx, { RABBITMQ_EVENTS: '#' });
  },
  'amqp-no-events': (ctx) => amqp(ctx, { RABBITMQ_EVENTS: 'none' }),
};

const BROKER = { url: process.env.AMQP_URL ?? 'amqp://guest:guest@127.0.0.1:5672', prefix: 'orrery-bench' };

const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

const addSteps = (handlers, tally) =>
  handlers.task('step', ({ wf, k }) => tally.step(wf, k)).task('undo', ({ wf, k }) => tally.compensate(wf, k));

async function library(ctx) {
  const { Orrery } = await loadEngine();
  const orrery = await Orrery.open({ databaseUrl: await ctx.database(), concurrency: CONCURRENCY });
  addSteps(orrery, ctx.tally);
  await orrery.definitions.register(definitionOf(ctx.work));
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

function server(ctx) {
  return served(ctx, { durability: 'a server, a worker and a client, each a process' });
}

async function amqp(ctx, events) {
  const { url, prefix } = BROKER;
  const env = { RABBITMQ_URL: url, RABBITMQ_PREFIX: prefix, ...events };
  const durability = 'a server, a worker over RabbitMQ (transient tasks) and a client, each a process';
  return served(ctx, { env, durability, reached: { url, broker: { prefix } } });
}

async function listener(ctx) {
  const port = await getPort();
  const program = fileURLToPath(new URL('event-listener.mjs', import.meta.url));
  await ctx.server('listener', process.execPath, [program, BROKER.url, `${BROKER.prefix}.events`, String(port)], {
    port,
  });
}

async function served(ctx, { env = {}, durability, reached }) {
  build('standalone');
  const { OrreryClient } = await loadEngine();
  const port = await getPort();
  const program = [fileURLToPath(new URL('dist/standalone.mjs', root)), '--port', String(port), '--no-examples'];
  await ctx.server('server', process.execPath, program, {
    port,
    env: { DATABASE_URL: await ctx.database(), ...env },
  });
  const url = `http://127.0.0.1:${port}`;
  const client = new OrreryClient({ url });
  await client.definitions.register(definitionOf(ctx.work));
  await ctx.worker(reached ?? { url });
  const session = client.session();
  return {
    version,
    durability: `${ctx.pgSettings}; ${durability}`,
    submit: (wf) => ({ done: session.run(ctx.work, { input: order(wf) }).then(({ status }) => status) }),
    stop: () => session.close(),
  };
}

/** The worker's process, which the harness starts. */
export async function worker({ cfg, tally }) {
  const engine = await loadEngine();
  const steps = addSteps(
    engine.worker({ ...cfg, concurrency: CONCURRENCY, log: { ...console, info: () => undefined } }),
    tally,
  );
  const done = steps.start();
  done.catch((error) => process.exit(console.error(error.message) ?? 1));
  return { stop: () => steps.stop() };
}
