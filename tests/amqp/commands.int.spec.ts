import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { takeCommands } from '@orrery/amqp';
import { type Broker, type Delivery, openBroker, processRegistry } from '@orrery/infrastructure';
import type { GetMessage } from 'amqplib';
import { describeBroker } from '@orrery/infrastructure/testing/describe-broker';
import { openTestBroker, startProxy } from '@orrery/infrastructure/testing/rabbitmq';
import { definition, history, register } from '../engine/support/runs.js';
import { World } from '../engine/support/world.js';
import { delivery } from './support/deliveries.js';
import { lettersIn, recordedLetters } from './support/recorded-letters.js';

const hasTools = spawnSync('amqp-publish', ['--help']).status === 0;
const waits = definition({ a: { type: 'wait', input: { signal: 'go' } } }, { name: 'waits' });

async function open(url: string) {
  const [proxy, test] = await Promise.all([startProxy(new URL(url)), openTestBroker(url)]);
  const world = new World();
  const process = await world.process().start();
  const metrics = processRegistry();
  const errors: unknown[] = [];
  const start = async () => {
    const broker = openBroker({ url: proxy.url, prefix: test.prefix, onError: () => undefined });
    const onError = (error: unknown) => errors.push(error);
    const parts = { orchestration: process.orchestration, onError };
    const { stop } = await takeCommands(broker, brokers.length === 0 ? { ...parts, metrics } : parts);
    brokers.push({ stop, broker });
    while (broker.trouble() !== undefined) await pause(10);
    return brokers.at(-1)!;
  };
  const brokers: { stop(): Promise<void>; broker: Broker }[] = [];
  await start();
  const { queue: replies } = await test.channel.assertQueue('', { exclusive: true });
  return { proxy, test, world, process, metrics, errors, replies, brokers, start };
}

let opened: Awaited<ReturnType<typeof open>>;

/** What lies in a queue, when so many messages do. */
async function messagesOf(queue: string, many: number) {
  const { channel } = opened.test;
  const found: GetMessage[] = [];
  while (found.length < many) {
    const message = await channel.get(queue, { noAck: true });
    if (message) found.push(message);
    else await pause(10);
  }
  return found;
}

async function post({ body, contentType, replyTo, ...more }: Delivery & { readonly expiration?: string }) {
  const { channel, names } = opened.test;
  channel.publish(names.commands, 'any', body, { persistent: true, contentType, replyTo, ...more });
  await channel.waitForConfirms();
}

const start = (id: string, more: Partial<Delivery> = {}) =>
  delivery(
    'StartWorkflow',
    { id, data: { definition: 'waits' } },
    { replyTo: opened.replies, correlationId: id, ...more },
  );
const isEmpty = async (queue: string) => (await opened.test.channel.checkQueue(queue)).messageCount === 0;

describeBroker('Commands of services over RabbitMQ', (url) => {
  beforeEach(async () => {
    opened = await open(url);
    await register(opened.process, waits);
  });
  afterEach(async () => {
    for (const { stop, broker } of opened.brokers) {
      await stop();
      await broker.close();
    }
    await opened.process.stop();
    await opened.proxy.close();
    await opened.test.close();
  });

  it('are answered also where their id is longer than a message may name', async () => {
    await post(start('é'.repeat(500), { correlationId: undefined }));
    const [reply] = await messagesOf(opened.replies, 1);
    expect(reply!.properties).toMatchObject({ correlationId: undefined, headers: { status: 201 } });
    await post(start('2'));
    expect((await messagesOf(opened.replies, 1))[0]!.properties.correlationId).toBe('2');
  });

  it('are answered where their sender waits, and are then gone', async () => {
    await post(start('1'));
    const [reply] = await messagesOf(opened.replies, 1);
    expect(reply!.properties).toMatchObject({ correlationId: '1', contentType: 'application/json', deliveryMode: 2 });
    expect(reply!.properties.headers).toEqual({ status: 201 });
    expect(JSON.parse(reply!.content.toString())).toMatchObject({ status: 'running', definition: { name: 'waits' } });
    expect(await isEmpty(opened.test.names.commands)).toBe(true);
    const counted = /orrery_broker_commands_total\{command="StartWorkflow",outcome="answered"\} 1/;
    expect(await opened.metrics.metrics()).toMatch(counted);
  });

  it('are answered over direct reply-to as well', async () => {
    const { channel } = opened.test;
    const heard = new Promise<string>((resolve) => {
      const onReply = (message: { content: Buffer } | null) => resolve(String(message?.content));
      void channel.consume('amq.rabbitmq.reply-to', onReply, { noAck: true }).then(() =>
        channel.sendToQueue(opened.test.names.commands, start('1').body, {
          contentType: 'application/cloudevents+json',
          replyTo: 'amq.rabbitmq.reply-to',
        }),
      );
    });
    expect(JSON.parse(await heard)).toMatchObject({ status: 'running' });
  });

  it('are set aside whole, with their reason, where they can never be right or nobody hears that they were refused', async () => {
    const { names } = opened.test;
    const headers = { 'x-mine': 7 };
    await post({ ...start('1'), body: Buffer.from('{'), headers });
    await post({
      ...delivery('CancelWorkflow', { subject: '5eed0002-0000-4000-8000-000000000009' }),
      replyTo: undefined,
    });
    const letters = await recordedLetters(opened.world, 2);
    const [broken, refused] = [...letters].sort((a, b) => (a.reason < b.reason ? -1 : 1));
    expect(broken).toMatchObject({
      queue: 'commands',
      reason: 'request.unreadable',
      bytes: 1,
      message: {
        body: '{',
        encoding: 'text',
        correlationId: '1',
        exchange: names.commands,
        routingKey: 'any',
        headers,
      },
    });
    expect(broken!.message.headers).toEqual(headers);
    expect(refused).toMatchObject({
      reason: 'workflow.not-found',
      message: { type: 'io.orrery.command.CancelWorkflow.v1' },
    });
    const [reply] = await messagesOf(opened.replies, 1);
    expect(reply!.properties.headers).toEqual({ status: 400 });
    expect(await isEmpty(names.commands)).toBe(true);
  });

  it('that are huge, are answered to our own queues, or have run out do no harm', async () => {
    const { names } = opened.test;
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`x-header-${n}`, 'x'.repeat(64)]));
    await post({ ...start('1'), body: Buffer.from('{'), headers: many });
    await post({ ...start('2'), replyTo: names.commands, body: Buffer.from('{') });
    await post({ ...start('3'), body: Buffer.alloc(5 * 1_048_576, 0x20) });
    const aside = await recordedLetters(opened.world, 3);
    const reasons = aside.map(({ reason }) => reason).sort();
    expect(reasons).toEqual(['request.too-large', 'request.unreadable', 'request.unreadable']);
    const dropped = aside.filter(({ message }) => message.headers['orrery-headers-dropped'] !== undefined);
    expect(dropped).toHaveLength(1);
    const [large] = aside.filter(({ truncated }) => truncated);
    expect(large).toMatchObject({ reason: 'request.too-large', bytes: 5 * 1_048_576 });
    expect(large!.message.body).toBe(' '.repeat(65_536));
    await opened.brokers[0]!.stop();
    await post({ ...start('4'), expiration: '1' });
    const lying = async () => (await opened.test.channel.checkQueue(names.refused)).messageCount;
    while ((await lying()) === 0) await pause(10);
    await opened.start();
    const expired = (await recordedLetters(opened.world, 4)).at(-1)!;
    expect(expired).toMatchObject({
      reason: 'broker.expired',
      message: { correlationId: '4', exchange: names.commands },
    });
    expect(expired.message.headers).toEqual({});
    expect(opened.errors).toEqual([]);
  });

  it('are each decided once and answered, while the connection is cut again and again', async () => {
    const { proxy, replies, world } = opened;
    const commands = Array.from({ length: 300 }, (_, index) => String(index));
    for (const id of commands) await post(start(id));
    const answers = new Map<string, Set<string>>();
    for (let cuts = 0; answers.size < commands.length;) {
      const reply = await opened.test.channel.get(replies, { noAck: true });
      if (!reply) {
        await pause(20);
        continue;
      }
      const id = String(reply.properties.correlationId);
      const { id: run } = JSON.parse(reply.content.toString()) as { id: string };
      answers.set(id, (answers.get(id) ?? new Set()).add(run));
      if (answers.size > 60 * (cuts + 1) && cuts < 3) {
        cuts += 1;
        proxy.cut();
      }
    }
    // Whoever was answered twice heard the same.
    const ids = [...answers.values()].flatMap((each) => [...each]);
    expect(ids).toHaveLength(commands.length);
    expect(new Set(ids).size).toBe(commands.length);
    for (const id of ids) expect(history(world, id as never).filter(isStart)).toHaveLength(1);
    expect(await isEmpty(opened.test.names.refused)).toBe(true);
    expect(lettersIn(world.store)).toEqual([]);
  }, 60_000);

  it('are shared by processes, and lost by none that goes', async () => {
    const second = await opened.start();
    for (let index = 0; index < 50; index++) await post(start(String(index)));
    await opened.brokers[0]!.stop();
    for (let index = 50; index < 100; index++) await post(start(String(index)));
    // Who goes may have no time to say that it has answered: another one answers again, and with the same.
    const runs = new Map<string, string>();
    while (runs.size < 100) {
      const [{ properties, content }] = (await messagesOf(opened.replies, 1)) as [GetMessage];
      const { id } = JSON.parse(content.toString()) as { id: string };
      const command = String(properties.correlationId);
      expect(runs.get(command) ?? id).toBe(id);
      runs.set(command, id);
    }
    expect(new Set(runs.values()).size).toBe(100);
    expect(second.broker.trouble()).toBeUndefined();
  }, 30_000);

  (hasTools ? describe : describe.skip)('A service in shell (needs amqp-tools)', () => {
    it('starts a run and prints the answer, and what is wrong with another', async () => {
      const run = async (...args: string[]) => {
        const env = { ...process.env, RABBITMQ_URL: url, ORRERY_COMMANDS: opened.test.names.commands };
        const shell = spawn('examples/services/start-workflow.sh', args, { env });
        let printed = '';
        shell.stdout.on('data', (data) => (printed += String(data)));
        await once(shell, 'close');
        return JSON.parse(printed) as object;
      };
      expect(await run('waits', '{ "n": 1 }')).toMatchObject({ status: 'running', definition: { name: 'waits' } });
      expect(await run('wait')).toMatchObject({ status: 404, code: 'definition.not-found' });
    }, 30_000);
  });
});

function isStart({ event }: { readonly event: { readonly type: string } }): boolean {
  return event.type === 'WorkflowStarted';
}
