import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { GetMessage } from 'amqplib';
import { eventExchangeContract, firstOf, idsOf, someEvents } from './event-exchange.contract.js';
import { openBroker } from './open-broker.js';
import { startProxy } from './testing/cuttable-proxy.js';
import { describeBroker } from './testing/describe-broker.js';
import { openTestBroker } from './testing/test-broker.js';

/** A broker behind a proxy, and somebody who hears every event. */
async function open(url: string) {
  const [proxy, test] = await Promise.all([startProxy(new URL(url)), openTestBroker(url)]);
  const queue = await test.listen();
  const errors: unknown[] = [];
  const broker = openBroker({ url: proxy.url, prefix: test.prefix, onError: (error) => errors.push(error) });
  const all = async (from: string) => {
    const messages: GetMessage[] = [];
    const get = () => test.channel.get(from, { noAck: true });
    for (let message = await get(); message; message = await get()) messages.push(message);
    return messages;
  };
  const told = async () => (await all(queue)).map(({ properties }) => String(properties.messageId));
  const redriven = () => all(test.names.commands);
  const taken = async () => (await test.channel.checkQueue(queue)).messageCount;
  const close = async () => {
    await broker.close();
    await proxy.close();
    await test.close();
  };
  return { proxy, test, queue, broker, errors, told, redriven, taken, close };
}

describeBroker('RabbitMQ', (url) => {
  eventExchangeContract('RabbitEventExchange', async () => {
    const { proxy, test, queue, broker, told, redriven, close } = await open(url);
    let hearing = queue;
    const away = (isAway: boolean) => (isAway ? proxy.shut() : proxy.open());
    const bodies = async () => (await redriven()).map(({ content }) => content.toString());
    const hearOnly = async (type: string) => {
      await test.channel.deleteQueue(hearing);
      hearing = await test.listen(`*.*.${type}`);
    };
    return { exchange: broker.exchange, told, redriven: bodies, hearOnly, away, close };
  });

  let opened: Awaited<ReturnType<typeof open>>;
  beforeEach(async () => {
    opened = await open(url);
  });
  afterEach(() => opened.close());

  it('sends a message again as it was, with the id of its dead letter', async () => {
    const { broker, redriven } = opened;
    const headers = { 'x-mine': 7, 'x-bytes': { '!': 'binary', value: 'AP8=' }, 'x-list': ['a', { b: true }] };
    const told = { contentType: 'a/b', messageId: 'm', correlationId: 'c', replyTo: 'nobody', type: 't' };
    const message = {
      ...told,
      headers,
      encoding: 'base64',
      body: 'AP8=',
      routingKey: 'shop',
      exchange: 'lost',
    } as const;
    await broker.exchange.redrive([{ letter: 'its-id', message }]);
    const [sent] = await redriven();
    expect(sent!.content).toEqual(Buffer.from([0, 255]));
    expect(sent!.fields.routingKey).toBe('shop');
    expect(sent!.properties).toMatchObject({ ...told, deliveryMode: 2 });
    const own = { 'x-mine': 7, 'x-bytes': Buffer.from([0, 255]), 'x-list': ['a', { b: true }] };
    const { 'x-delivery-count': _, ...said } = sent!.properties.headers!;
    expect(said).toEqual({ ...own, 'orrery-dead-letter': 'its-id' });
  });

  it('sends a message again without a type that no message can have', async () => {
    const { broker, redriven } = opened;
    const message = { body: '{}', encoding: 'text', headers: {}, messageId: 'm', type: 't'.repeat(256) } as const;
    await broker.exchange.redrive([{ letter: 'its-id', message }]);
    expect((await redriven())[0]!.properties).toMatchObject({ messageId: 'm', type: undefined });
  });

  it('sends a message again without what no message can have, and others beside it as they were', async () => {
    const { broker, redriven, told } = opened;
    const message = { contentType: 'a/b', body: '{}', encoding: 'text', messageId: 'm' } as const;
    const huge = { ...message, headers: { 'x-mine': 'x'.repeat(70_000) } };
    const letters = [huge, { ...message, headers: { 'x-mine': 7 } }];
    await broker.exchange.redrive(letters.map((each, index) => ({ letter: `letter-${index}`, message: each })));
    const [first, second] = await redriven();
    expect(first!.properties).toMatchObject({ contentType: 'a/b', headers: { 'orrery-dead-letter': 'letter-0' } });
    expect(second!.properties).toMatchObject({ messageId: 'm', headers: { 'x-mine': 7 } });
    await broker.exchange.publish(someEvents('a', 1));
    expect(await told()).toEqual(['a:1']);
  });

  it('keeps its connection, and what others say, while a queue that is full refuses an event', async () => {
    const { broker, test, redriven, errors } = opened;
    const full = { arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' } };
    const { queue } = await test.channel.assertQueue(`${test.names.events}.full`, { ...full, autoDelete: true });
    await test.channel.bindQueue(queue, test.names.events, '#');
    await broker.exchange.publish(someEvents('a', 1));
    let isTaken = false;
    const publishing = broker.exchange.publish(someEvents('a', 1, 1)).then(() => (isTaken = true));
    const message = { body: '{}', encoding: 'text', headers: {} } as const;
    for (const letter of ['one', 'two', 'three']) {
      await broker.exchange.redrive([{ letter, message }]);
      await pause(200);
    }
    expect([isTaken, broker.trouble()]).toEqual([false, undefined]);
    expect(errors).toEqual([expect.objectContaining({ code: 'broker.refused' })]);
    expect(await redriven()).toHaveLength(3);
    await test.channel.purgeQueue(queue);
    await publishing;
    await test.channel.deleteQueue(queue);
  });

  it('says so, and goes on with others, where a message cannot be written at all', async () => {
    const { broker, told, errors } = opened;
    await broker.exchange.publish(someEvents('a', 1));
    const [event] = someEvents('b', 1);
    const unwritable = { ...event!, correlationId: 'x'.repeat(256) };
    await expect(broker.exchange.publish([unwritable])).rejects.toThrow("Field 'correlationId'");
    await broker.exchange.publish(someEvents('a', 1, 1));
    expect([await told(), errors]).toEqual([['a:1', 'a:2'], []]);
  });

  it('loses no event, and keeps their order, when its connection is cut again and again amid them', async () => {
    const { broker, proxy, told } = opened;
    for (let batch = 0; batch < 6; batch++) {
      const publishing = broker.exchange.publish(someEvents('a', 2_000, batch * 2_000));
      while (broker.trouble() !== undefined) await pause(1);
      await pause(5 + 10 * batch);
      proxy.cut();
      await publishing;
    }
    const heard = await told();
    expect(firstOf(heard)).toEqual(idsOf(someEvents('a', 12_000)));
  }, 60_000);

  it('tells again what the broker took when its answer was lost', async () => {
    const { broker, proxy, told, taken } = opened;
    await broker.exchange.publish(someEvents('a', 1));
    proxy.hush();
    const publishing = broker.exchange.publish(someEvents('a', 100, 1));
    while ((await taken()) === 1) await pause(1);
    proxy.cut();
    await publishing;
    const heard = await told();
    expect(firstOf(heard)).toEqual(idsOf(someEvents('a', 101)));
    expect(heard.length).toBeGreaterThan(101);
  });

  it('declares its exchange again when somebody has deleted it', async () => {
    const { broker, test } = opened;
    await broker.exchange.publish(someEvents('a', 1));
    await test.channel.deleteExchange(test.names.events);
    await broker.exchange.publish(someEvents('a', 1, 1));
    await expect(test.channel.checkExchange(test.names.events)).resolves.toBeDefined();
  });

  it('says in words, once, that the broker is away, and that it is back', async () => {
    const { broker, proxy, errors } = opened;
    await broker.exchange.publish(someEvents('a', 1));
    expect(broker.trouble()).toBeUndefined();
    proxy.shut();
    while (errors.length === 0) await pause(20);
    expect(broker.trouble()).toBe('RabbitMQ is not connected');
    await pause(1_000);
    expect(errors).toEqual([expect.objectContaining({ code: 'broker.unreachable' })]);
    proxy.open();
    await broker.exchange.publish(someEvents('a', 1, 1));
    expect(broker.trouble()).toBeUndefined();
  });

  it('says that nobody hears them also where its connection is cut amid them, and then what is true again', async () => {
    const { broker, proxy, test, queue } = opened;
    await test.channel.deleteQueue(queue);
    const asking = broker.exchange.ask(someEvents('a', 2_000));
    while (broker.trouble() !== undefined) await pause(1);
    await pause(5);
    proxy.cut();
    expect(await asking).toEqual(new Set(['default.workflow.SignalReceived']));
    await test.listen();
    expect(await broker.exchange.ask(someEvents('a', 2_000))).toEqual(new Set());
  });

  it('gives its messages to whoever binds a queue by namespace, aggregate and event', async () => {
    const { broker, test } = opened;
    const queue = await test.listen('*.workflow.SignalReceived');
    const other = await test.listen('*.definition.#');
    await broker.exchange.publish(someEvents('a', 1));
    const message = await test.channel.get(queue, { noAck: true });
    expect(message && message.properties).toMatchObject({ deliveryMode: 2, messageId: 'a:1' });
    expect(await test.channel.get(other)).toBe(false);
  });
});
