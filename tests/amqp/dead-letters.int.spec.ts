import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { DeadLetterIntake } from '@orrery/amqp';
import { ANONYMOUS, type DeadLetterSummary, SubmitDefinition } from '@orrery/application';
import { DropDeadLetter, RedriveDeadLetter, type StreamId } from '@orrery/domain';
import { type Delivery, openBroker } from '@orrery/infrastructure';
import { type TestDatabase, testDatabase } from '@orrery/infrastructure/testing';
import { describeBroker } from '@orrery/infrastructure/testing/describe-broker';
import { openTestBroker, startProxy } from '@orrery/infrastructure/testing/rabbitmq';
import { definition } from '../engine/support/runs.js';
import { delivery, raw } from './support/deliveries.js';
import { type TaskEngine, openTaskEngine } from './support/task-engine.js';

const redrive = new RedriveDeadLetter({});

async function open(databaseUrl: string, url: string) {
  const [proxy, test] = await Promise.all([startProxy(new URL(url)), openTestBroker(url)]);
  const engine = await openTaskEngine(databaseUrl, proxy.url, test.prefix);
  return { proxy, test, engine };
}

describeBroker('Dead letters over RabbitMQ', (url) => {
  let database: TestDatabase;
  let opened: Awaited<ReturnType<typeof open>>;
  let engine: TaskEngine;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    opened = await open(database.url, url);
    engine = opened.engine;
  });
  afterEach(async () => {
    const waiting = () => engine.letters(() => true);
    for (let letters = await waiting(); letters.length > 0; letters = await waiting())
      for (const { id } of letters) await engine.tell(id, new DropDeadLetter({}));
    await engine.close();
    await opened.proxy.close();
    await opened.test.close();
  });

  const post = async ({ body, ...properties }: Delivery & { readonly expiration?: string }, queue?: string) => {
    const { channel, names } = opened.test;
    const how = { persistent: true, ...properties, headers: { ...properties.headers } };
    if (queue === undefined) channel.publish(names.commands, 'shop.order', body, how);
    else channel.sendToQueue(queue, body, how);
    await channel.waitForConfirms();
  };
  const start = (id: string, name: string, more: Partial<Delivery> = {}) =>
    delivery('StartWorkflow', { id, data: { definition: name } }, { replyTo: undefined, ...more });
  const register = async (name: string) => {
    const text = JSON.stringify(definition({ a: { type: 'noop' } }, { name }));
    await engine.handlers.submitDefinition.execute(new SubmitDefinition(ANONYMOUS, { text, format: 'json' }));
  };
  const one = (letters: readonly DeadLetterSummary[]) => letters.length === 1;
  const next = async (queue: string) => {
    for (;;) {
      const message = await opened.test.channel.get(queue, { noAck: true });
      if (message) return message;
      await pause(10);
    }
  };
  const isEmpty = async () => {
    const { channel, names } = opened.test;
    const lying = async (queue: string) => (await channel.checkQueue(queue)).messageCount;
    while ((await lying(names.refused)) + (await lying(names.commands)) > 0) await pause(10);
  };

  it('are malformed commands and refused ones that nobody waits for, each with its reason', async () => {
    await post(raw('{', { replyTo: undefined, headers: { 'x-mine': 7 } }));
    await post(start('1', 'nobody', { messageId: 'm-1' }));
    const letters = await engine.letters(({ length }) => length === 2);
    const [refused, broken] = [...letters].sort((a, b) => (a.reason < b.reason ? -1 : 1));
    const type = 'io.orrery.command.StartWorkflow.v1';
    expect(refused).toMatchObject({ reason: 'definition.not-found', queue: 'commands', type, messageId: 'm-1' });
    expect(refused!.detail).toContain('nobody');
    expect(broken).toMatchObject({ reason: 'request.unreadable', type: null, messageId: null, bytes: 1 });
    const { message } = await engine.letter(broken!.id);
    expect(message).toMatchObject({ body: '{', encoding: 'text', routingKey: 'shop.order', headers: { 'x-mine': 7 } });
    await isEmpty();
  });

  it('do what they say when they are sent again after what stood in their way is gone', async () => {
    const command = start('2', 'late', {
      headers: { 'x-bytes': Buffer.from([0, 255]), 'x-at': { '!': 'timestamp', value: 7 } },
    });
    await post(command);
    const [letter] = await engine.letters(one);
    await register('late');
    const queue = await opened.test.listen('*.workflow.WorkflowCompleted');
    expect(await engine.tell(letter!.id, redrive)).toMatchObject({ changed: true });
    const event = await next(queue);
    const run = JSON.parse(event.content.toString()).subject as StreamId;
    expect(await engine.get(run)).toMatchObject({ status: 'completed', definition: { name: 'late' } });
    expect(await engine.letters(one, 'redriven')).toMatchObject([{ id: letter!.id }]);
    // The same command again is the same run.
    const { queue: replies } = await opened.test.channel.assertQueue('', { exclusive: true });
    await post({ ...command, replyTo: replies });
    const reply = await next(replies);
    expect([reply.properties.headers, JSON.parse(reply.content.toString()).id]).toEqual([{ status: 200 }, run]);
    await engine.tell(letter!.id, new DropDeadLetter({}));
    await engine.letters(({ length }) => length === 0, 'redriven');
  });

  it('wait again, as the same ones and with the new reason, when they are set aside again', async () => {
    const { channel } = opened.test;
    const { queue: replies } = await channel.assertQueue('', { exclusive: true });
    // It waits for an answer, and is malformed at first only for as long as nobody knows how to read it.
    await post(start('3', 'unheard', { replyTo: replies, contentType: 'text/plain' }));
    const [letter] = await engine.letters(one);
    expect(letter).toMatchObject({ reason: 'request.media-type', version: 1 });
    for (let round = 1; round <= 2; round++) {
      await engine.tell(letter!.id, redrive);
      const [again] = await engine.letters((letters) => letters[0]?.version === 1 + 2 * round);
      expect(again).toMatchObject({ id: letter!.id, status: 'waiting', reason: 'request.media-type' });
    }
    expect(await engine.letter(letter!.id)).toMatchObject({ redrives: 2, message: { contentType: 'text/plain' } });
    await isEmpty();
  });

  it('wait again where they are refused, although somebody once waited for the answer', async () => {
    const { channel } = opened.test;
    const { queue: replies } = await channel.assertQueue('', { exclusive: true });
    const command = start('4', 'nowhere', { replyTo: replies });
    await opened.engine.close();
    await post({ ...command, expiration: '1' });
    while ((await channel.checkQueue(opened.test.names.refused)).messageCount === 0) await pause(10);
    opened.engine = engine = await openTaskEngine(database.url, opened.proxy.url, opened.test.prefix);
    const [letter] = await engine.letters(one);
    expect(letter).toMatchObject({ reason: 'broker.expired', detail: expect.stringContaining('expiration') });
    await engine.tell(letter!.id, redrive);
    const [again] = await engine.letters((letters) => letters[0]?.version === 3);
    expect(again).toMatchObject({ id: letter!.id, reason: 'definition.not-found' });
    // Who still waits is told all the same.
    const reply = await channel.get(replies, { noAck: true });
    expect(reply && reply.properties.headers).toEqual({ status: 404 });
  }, 30_000);

  it('are dropped, and are then not sent again', async () => {
    await post(raw('{', { replyTo: undefined }));
    const [letter] = await engine.letters(one);
    await engine.tell(letter!.id, new DropDeadLetter({}));
    expect(await engine.letters(({ length }) => length === 0)).toEqual([]);
    await expect(engine.tell(letter!.id, redrive)).rejects.toMatchObject({ code: 'dead-letter.dropped' });
  });

  it('are recorded once, where what was set aside comes again before it is taken from its queue', async () => {
    const { names } = opened.test;
    const headers = { 'orrery-reason': 'request.unreadable', 'orrery-detail': 'no', 'orrery-aside-id': 'the same' };
    // As after a crash between the commit and its acknowledgement.
    for (let times = 0; times < 3; times++) await post(raw('{', { replyTo: undefined, headers }), names.refused);
    // What the broker set aside itself has no mark of ours.
    const deaths = [{ count: 1, reason: 'delivery_limit', queue: names.commands, exchange: '', 'routing-keys': ['a'] }];
    for (const deliveries of [1, 2]) {
      const byBroker = { 'x-death': deaths, 'x-delivery-count': deliveries };
      await post(raw('{', { replyTo: undefined, headers: byBroker }), names.refused);
    }
    await isEmpty();
    const letters = await engine.letters(({ length }) => length === 2);
    expect(letters.map(({ reason }) => reason).sort()).toEqual(['broker.delivery-limit', 'request.unreadable']);
  });

  it('are recorded once by who lost the connection after the commit, and before the broker heard of it', async () => {
    const { proxy, test } = opened;
    await engine.stopTaking();
    const broker = openBroker({ url: proxy.url, prefix: test.prefix, onError: () => undefined });
    const intake = new DeadLetterIntake(engine.orchestration);
    const taken: string[] = [];
    broker.takeDeadLetters(async (letter) => {
      await intake.take(letter);
      taken.push(letter.aside);
      if (taken.length === 1) proxy.cut();
    });
    await post(raw('{', { replyTo: undefined, headers: { 'x-death': [{ reason: 'rejected' }] } }), test.names.refused);
    while (taken.length < 2) await pause(10);
    await isEmpty();
    expect(new Set(taken).size).toBe(1);
    expect(await engine.letters(({ length }) => length > 0)).toHaveLength(1);
    await broker.close();
  }, 30_000);

  it('that nobody can record stay where they are, and are not tried again and again', async () => {
    const { proxy, test } = opened;
    await engine.stopTaking();
    const errors: unknown[] = [];
    const broker = openBroker({ url: proxy.url, prefix: test.prefix, onError: (error) => void errors.push(error) });
    const bug = new Error('a bug');
    broker.takeDeadLetters(() => Promise.reject(bug));
    await post(raw('{', { replyTo: undefined }), test.names.refused);
    while (errors.length === 0) await pause(10);
    await pause(500);
    expect(errors).toEqual([bug]);
    await broker.close();
    expect((await next(test.names.refused)).content.toString()).toBe('{');
  });

  it('are all recorded while connections are cut', async () => {
    for (let index = 0; index < 60; index++) {
      await post(start(`many-${index}`, 'nobody', { messageId: String(index) }));
      if (index % 20 === 19) opened.proxy.cut();
    }
    // One that was set aside and not acknowledged may be two.
    const messages = (letters: readonly DeadLetterSummary[]) => new Set(letters.map(({ messageId }) => messageId));
    expect(messages(await engine.letters((letters) => messages(letters).size >= 60)).size).toBe(60);
    await isEmpty();
    const codes = engine.errors.map((error) => (error as { readonly code?: string }).code);
    expect(new Set(codes)).toEqual(new Set(['broker.unreachable']));
  }, 60_000);
});
