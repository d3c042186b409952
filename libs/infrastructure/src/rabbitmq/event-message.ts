import { type OutgoingEvent, eventName } from '@orrery/application';
import type { JsonObject } from '@orrery/domain';
import type { OutgoingMessage } from './confirmed-publisher.js';

export const EVENT_MODES = ['structured', 'binary'] as const;

/**
 * How a CloudEvent becomes a message: all of it in the body, or its data there and its attributes as headers. A header costs
 * the client of RabbitMQ, and RabbitMQ, more than all that the body does: structured mode takes half of the time.
 */
export type EventMode = (typeof EVENT_MODES)[number];

/** One for all messages: the client makes an object of each message's headers that inherits from them, which is slow from new ones. */
const NO_HEADERS = Object.freeze({});

/** An event as a CloudEvent 1.0. What AMQP has properties for is there, too, in either mode. */
export function eventMessage(exchange: string, event: OutgoingEvent, mode: EventMode): OutgoingMessage {
  const { data, traceparent } = event;
  const attributes = attributesOf(event);
  const traced = traceparent === undefined ? NO_HEADERS : { traceparent };
  const [contentType, content, headers] =
    mode === 'binary'
      ? ['application/json', JSON.stringify(data), { ...asHeaders(attributes), ...traced }]
      : ['application/cloudevents+json', inOneBody(attributes, data), traced];
  return {
    exchange,
    routingKey: eventName(event),
    body: Buffer.from(content),
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

/** The same event has the same id, however often it is told. */
export function eventId({ stream, version }: Pick<OutgoingEvent, 'stream' | 'version'>): string {
  return `${stream}:${version}`;
}

type Attributes = ReturnType<typeof attributesOf>;

function attributesOf(event: OutgoingEvent) {
  const { namespace, aggregate, stream, type, schema, data, causationId, traceparent } = event;
  return {
    specversion: '1.0',
    id: eventId(event),
    source: `/namespaces/${namespace}`,
    type: `io.orrery.event.${type}.v${schema}`,
    subject: aggregate === 'definition' ? String(data['name']) : stream,
    time: event.at,
    partition: event.partition,
    version: event.version,
    position: event.position,
    actor: event.actor,
    correlationid: event.correlationId,
    // What is not there is not written: neither of these need be.
    causationid: causationId ?? undefined,
    traceparent,
  };
}

/**
 * An event in structured mode. One is written for each event, so what cannot need escaping is not looked through for it:
 * that takes half of the time.
 */
function inOneBody(attributes: Attributes, data: JsonObject): string {
  const { specversion, id, source, type, subject, time, partition, version, position } = attributes;
  const { actor, correlationid, causationid, traceparent } = attributes;
  const of = `"specversion":"${specversion}","id":"${id}","source":"${source}","type":"${type}"`;
  const what = `"subject":${JSON.stringify(subject)},"time":"${time}"`;
  const where = `"partition":${partition},"version":${version},"position":"${position}"`;
  const who = `"actor":${JSON.stringify(actor)},"correlationid":${JSON.stringify(correlationid)}`;
  const cause = causationid === undefined ? '' : `,"causationid":${JSON.stringify(causationid)}`;
  const trace = traceparent === undefined ? '' : `,"traceparent":${JSON.stringify(traceparent)}`;
  const content = `"datacontenttype":"application/json","data":${JSON.stringify(data)}`;
  return `{${of},${what},${where},${who}${cause}${trace},${content}}`;
}

function asHeaders(attributes: object): { readonly [name: string]: unknown } {
  const there = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there.map(([name, value]) => [`cloudEvents:${name}`, value]));
}
