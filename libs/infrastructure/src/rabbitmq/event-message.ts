import type { OutgoingEvent } from '@orrery/application';
import type { OutgoingMessage } from './confirmed-publisher.js';

/** What goes before the name of an attribute of a CloudEvent among the headers of a message. */
export const ATTRIBUTE_PREFIX = 'cloudEvents:';

/** An event as a CloudEvent 1.0 in binary mode: its data are the body, its attributes are headers. */
export function eventMessage(exchange: string, event: OutgoingEvent): OutgoingMessage {
  const { namespace, aggregate, type, correlationId, data } = event;
  const attributes = attributesOf(event);
  const headers = Object.entries(attributes).map(([name, value]) => [`${ATTRIBUTE_PREFIX}${name}`, value] as const);
  const { traceparent } = event;
  return {
    exchange,
    routingKey: `${namespace}.${aggregate}.${type}`,
    body: Buffer.from(JSON.stringify(data)),
    properties: {
      persistent: true,
      contentType: 'application/json',
      messageId: attributes.id,
      type: attributes.type,
      timestamp: Math.floor(Date.parse(event.at) / 1_000),
      correlationId,
      headers: { ...Object.fromEntries(headers), ...(traceparent === undefined ? {} : { traceparent }) },
    },
  };
}

function attributesOf(event: OutgoingEvent) {
  const { namespace, aggregate, stream, version, type, schema, at, data, causationId, traceparent } = event;
  return {
    specversion: '1.0',
    // The same event has the same id, however often it is told.
    id: `${stream}:${version}`,
    source: `/namespaces/${namespace}`,
    type: `io.orrery.event.${type}.v${schema}`,
    subject: aggregate === 'definition' ? String(data['name']) : stream,
    time: at,
    partition: event.partition,
    version,
    position: event.position,
    actor: event.actor,
    correlationid: event.correlationId,
    ...(causationId === null ? {} : { causationid: causationId }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}
