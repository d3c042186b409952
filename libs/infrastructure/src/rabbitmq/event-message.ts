import type { EventName, OutgoingEvent } from '@orrery/application';
import type { OutgoingMessage } from './confirmed-publisher.js';

export const EVENT_MODES = ['structured', 'binary'] as const;

/**
 * How a CloudEvent becomes a message: all of it in the body, or its data there and its attributes as headers. A header costs
 * the client of RabbitMQ, and RabbitMQ, more than all that the body does: structured mode takes half of the time.
 */
export type EventMode = (typeof EVENT_MODES)[number];

/** An event as a CloudEvent 1.0. What AMQP has properties for is there, too, in either mode. */
export function eventMessage(exchange: string, event: OutgoingEvent, mode: EventMode): OutgoingMessage {
  const { data, traceparent } = event;
  const attributes = attributesOf(event);
  const traced = traceparent === undefined ? {} : { traceparent };
  const [contentType, content, headers] =
    mode === 'binary'
      ? ['application/json', data, { ...asHeaders(attributes), ...traced }]
      : ['application/cloudevents+json', { ...attributes, datacontenttype: 'application/json', data }, traced];
  return {
    exchange,
    routingKey: routingKeyOf(event),
    body: Buffer.from(JSON.stringify(content)),
    properties: {
      persistent: true,
      contentType,
      messageId: attributes.id,
      type: attributes.type,
      timestamp: Math.floor(Date.parse(event.at) / 1_000),
      correlationId: event.correlationId,
      headers,
    },
  };
}

export function routingKeyOf({ namespace, aggregate, type }: EventName): string {
  return `${namespace}.${aggregate}.${type}`;
}

function attributesOf(event: OutgoingEvent) {
  const { namespace, aggregate, stream, version, type, schema, data, causationId, traceparent } = event;
  return {
    specversion: '1.0',
    // The same event has the same id, however often it is told.
    id: `${stream}:${version}`,
    source: `/namespaces/${namespace}`,
    type: `io.orrery.event.${type}.v${schema}`,
    subject: aggregate === 'definition' ? String(data['name']) : stream,
    time: event.at,
    partition: event.partition,
    version,
    position: event.position,
    actor: event.actor,
    correlationid: event.correlationId,
    // What is not there is not written: neither of these need be.
    causationid: causationId ?? undefined,
    traceparent,
  };
}

function asHeaders(attributes: object): { readonly [name: string]: unknown } {
  const there = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there.map(([name, value]) => [`cloudEvents:${name}`, value]));
}
