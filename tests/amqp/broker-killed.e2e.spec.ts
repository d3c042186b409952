import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { takeCommands } from '@orrery/amqp';
import { ANONYMOUS, SubmitDefinition } from '@orrery/application';
import { openBroker, openOrchestration } from '@orrery/infrastructure';
import { type TestDatabase, testDatabase } from '@orrery/infrastructure/testing';
import {
  type TestBroker,
  hasPrivateBroker,
  openTestBroker,
  startPrivateBroker,
} from '@orrery/infrastructure/testing/rabbitmq';
import { Moment } from '../embedded/support/moment.js';
import { definition } from '../engine/support/runs.js';
import { delivery } from './support/deliveries.js';
import { openTaskEngine, quietWorker } from './support/task-engine.js';

const RUN = '5eed0002-0000-4000-8000-000000000009';
const COMMANDS = 200;
/** A broker forgets a quorum queue that was declared so shortly before it is killed. */
const REMEMBERED_MS = 8_000;
const quick = definition({ a: { type: 'noop' } }, { name: 'quick' });

/** An engine that tells its events to the broker, and takes commands from it. */
async function openEngine(databaseUrl: string, url: string, prefix: string) {
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const broker = openBroker({ url, prefix, onError });
  const { exchange, trouble } = broker;
  const { orchestration, start, close } = await openOrchestration({ databaseUrl, version: 'test', onError, exchange });
  await start();
  const taking = await takeCommands(broker, { orchestration, onError });
  while (trouble() !== undefined) await pause(20);
  const text = { text: JSON.stringify(quick), format: 'json' } as const;
  await orchestration.commandHandlers.submitDefinition.execute(new SubmitDefinition(ANONYMOUS, text));
  const closeAll = async () => {
    await taking.stop();
    await close();
    await broker.close();
  };
  return { errors, trouble, close: closeAll };
}

/** Posts starts, and asks for answers in a queue that lasts. */
async function postStarts({ channel, names }: TestBroker, replyTo: string) {
  for (let index = 0; index < COMMANDS; index++) {
    const { body, contentType } = delivery('StartWorkflow', { id: String(index), data: { definition: 'quick' } });
    channel.publish(names.commands, '', body, {
      persistent: true,
      contentType,
      replyTo,
      correlationId: String(index),
    });
  }
  await channel.waitForConfirms();
}

/** What the queues say: the runs that were answered, by their commands, and those that began and ended. */
async function listen({ channel }: TestBroker, { replies, heard }: { replies: string; heard: string }) {
  const answers = new Map<string, string>();
  const runs = { Started: new Set<string>(), Completed: new Set<string>() };
  while (answers.size < COMMANDS || runs.Completed.size < COMMANDS) {
    const reply = await channel.get(replies, { noAck: true });
    if (reply) answers.set(String(reply.properties.correlationId), idIn(reply.content));
    const event = await channel.get(heard, { noAck: true });
    const [, what] = /Workflow(Started|Completed)/.exec(String(event && event.properties.type)) ?? [];
    if (event && what) runs[what as keyof typeof runs].add(subjectIn(event.content));
    if (!reply && !event) await pause(50);
  }
  return { answered: new Set(answers.values()), ...runs };
}

async function allIn(channel: TestBroker['channel'], queue: string): Promise<readonly string[]> {
  const message = await channel.get(queue, { noAck: true });
  return message ? [message.content.toString(), ...(await allIn(channel, queue))] : [];
}

const subjectIn = (content: Buffer) => (JSON.parse(content.toString()) as { readonly subject: string }).subject;
const idIn = (content: Buffer) => (JSON.parse(content.toString()) as { readonly id: string }).id;

(hasPrivateBroker() ? describe : describe.skip)('A broker that is killed (needs rabbitmq-server)', () => {
  let database: TestDatabase;
  let server: Awaited<ReturnType<typeof startPrivateBroker>>;
  beforeAll(async () => {
    [database, server] = await Promise.all([testDatabase(), startPrivateBroker()]);
  }, 180_000);
  afterAll(async () => {
    await server.remove();
    await database.drop();
  }, 60_000);

  it('loses no command that it had taken, and no event: each is told when it is back', async () => {
    const before = await openTestBroker(server.url);
    const { channel, names, prefix } = before;
    const engine = await openEngine(database.url, server.url, prefix);
    const queues = { heard: `${prefix}.heard`, replies: `${prefix}.replies` };
    for (const queue of Object.values(queues)) await channel.assertQueue(queue, { durable: true });
    await channel.bindQueue(queues.heard, names.events, '*.workflow.#');
    await pause(REMEMBERED_MS);
    await postStarts(before, queues.replies);
    await server.kill();
    while (engine.trouble() === undefined) await pause(20);
    await server.start();
    const after = await openTestBroker(server.url);
    const { answered, Started, Completed } = await listen(after, queues);
    expect(answered).toEqual(Completed);
    expect(Started).toEqual(Completed);
    const codes = engine.errors.map((error) => (error as { readonly code?: string }).code);
    expect(new Set(codes)).toEqual(new Set(['broker.unreachable']));
    await engine.close();
    await after.close();
  }, 180_000);

  it('is not told again and again what it does not take while its memory is full', async () => {
    const test = await openTestBroker(server.url);
    const { channel, prefix } = test;
    const commands = await channel.assertQueue(test.names.commands, { durable: true });
    const tasks = `${prefix}.tasks.default.work`;
    const returning = { messageTtl: 15_000, expires: 3_600_000, deadLetterExchange: `${prefix}.tasks.unread` };
    await channel.assertQueue(tasks, { durable: true, ...returning });
    const { queue: owner } = await channel.assertQueue('', { exclusive: true });
    const [began, go] = [new Moment(), new Moment()];
    const worker = quietWorker(server.url, prefix).task('work', () => {
      began.come();
      return go.reached.then(() => null);
    });
    const working = worker.start();
    const task = { id: `${RUN}~0`, type: 'work', leaseToken: '1.x', idempotencyKey: 'i', attempt: 1, runMs: null };
    const body = Buffer.from(JSON.stringify({ tasks: [task] }));
    channel.sendToQueue(tasks, body, { contentType: 'application/json', replyTo: owner });
    await began.reached;
    await server.control('set_vm_memory_high_watermark', 'absolute', '1MB');
    await pause(1_000);
    go.come();
    // It says again after five seconds what was not answered.
    await pause(13_000);
    await server.control('set_vm_memory_high_watermark', '0.4');
    await pause(2_000);
    const said = [...(await allIn(channel, owner)), ...(await allIn(channel, commands.queue))];
    // Once since, and perhaps once before it said that it takes nothing.
    const results = said.filter((each) => each.includes('ReportTasks'));
    expect([1, 2]).toContain(results.length);
    await worker.stop();
    await working;
    await test.close();
  }, 180_000);

  it('loses no task that lay with it, and no result that was on its way', async () => {
    const prefix = 'orrery-killed';
    const engine = await openTaskEngine(database.url, server.url, prefix);
    const worker = quietWorker(server.url, prefix).task('work', () => pause(50, null));
    const working = worker.start();
    const tasks = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`t${n}`, {}]));
    await pause(REMEMBERED_MS);
    const id = await engine.start(definition(tasks));
    while ((await engine.get(id)).tasks.every(({ status }) => status !== 'completed')) await pause(20);
    await server.kill();
    await server.start();
    expect(await engine.end(id)).toMatchObject({ status: 'completed' });
    expect((await engine.get(id)).tasks.every(({ attempt }) => attempt === 1)).toBe(true);
    await worker.stop();
    await working;
    await engine.close();
  }, 180_000);
});
