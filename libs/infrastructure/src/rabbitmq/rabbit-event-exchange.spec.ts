import { describe, expect, it } from '@jest/globals';
import type { Message } from 'amqplib';
import type { ConfirmedPublisher, OutgoingMessage, PublishOptions } from './confirmed-publisher.js';
import { someEvents } from './event-exchange.contract.js';
import type { EventMode } from './event-message.js';
import { RabbitEventExchange } from './rabbit-event-exchange.js';
import { namesUnder } from './topology.js';

/** An exchange whose broker sends messages back as they are told to it. */
function over(
  returned: (sent: readonly OutgoingMessage[]) => readonly OutgoingMessage[],
  mode: EventMode = 'structured',
) {
  const sent: OutgoingMessage[] = [];
  const publish = async (messages: Iterable<OutgoingMessage>, { onReturned }: PublishOptions = {}) => {
    sent.push(...messages);
    for (const { routingKey, properties } of returned(sent))
      onReturned?.({ fields: { routingKey }, properties } as Message);
  };
  const publisher = { publish } as unknown as ConfirmedPublisher;
  return { exchange: new RabbitEventExchange(publisher, namesUnder('spec'), { patterns: ['#'], mode }), sent };
}

describe('who is asked whether anybody hears events', () => {
  it('answers for its own messages, and not for those that others sent before', async () => {
    const { exchange, sent } = over(() =>
      sent.filter(({ properties }) => String(properties.messageId).startsWith('b:')),
    );
    await exchange.ask(someEvents('b', 3));
    expect(await exchange.ask(someEvents('a', 3))).toEqual(new Set());
    expect(await exchange.ask(someEvents('b', 3))).toEqual(new Set(['default.workflow.SignalReceived']));
  });

  it('is asked by messages that come back, and by no others', async () => {
    const { exchange, sent } = over(() => []);
    await exchange.publish(someEvents('a', 1));
    await exchange.ask(someEvents('a', 1));
    expect(sent.map(({ properties }) => properties.mandatory)).toEqual([undefined, true]);
  });

  it('is not asked in binary mode, in which queues may be bound by headers', async () => {
    const { exchange, sent } = over(() => sent, 'binary');
    expect(await exchange.ask(someEvents('a', 1))).toEqual(new Set());
    expect(sent.map(({ properties }) => properties.mandatory)).toEqual([undefined]);
  });
});
