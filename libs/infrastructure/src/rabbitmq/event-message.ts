import type { EventName, OutgoingEvent } from '@orrery/application';
import type { OutgoingMessage } from './confirmed-publisher.js';

/** An event as a CloudEvent 1.0 in binary mode: its data are the body, its attributes are headers. */
export function eventMessage(exchange: string, event: OutgoingEvent): OutgoingMessage {
  const { at, correlationId, data } = event;
  const headers = headersOf(event);
  return {
    exchange,
    routingKey: routingKeyOf(event),
    body: Buffer.from(JSON.stringify(data)),
    properties: {
      persistent: true,
      contentType: 'application/json',
      messageId: headers['cloudEvents:id'],
      type: headers['cloudEvents:type'],
      timestamp: Math.floor(Date.parse(at) / 1_000),
      correlationId,
      headers,
    },
  };
}

export function routingKeyOf({ namespace, aggregate, type }: EventName): string {
  return `${namespace}.${aggregate}.${type}`;
}

/** Written out rather than computed: they are made for every event. */
function headersOf(event: OutgoingEvent) {
  const { namespace, aggregate, stream, version, type, schema, data, causationId, traceparent } = event;
  const headers = {
    'cloudEvents:specversion': '1.0',
    // The same event has the same id, however often it is told.
    'cloudEvents:id': `${stream}:${version}`,
    'cloudEvents:source': `/namespaces/${namespace}`,
    'cloudEvents:type': `io.orrery.event.${type}.v${schema}`,
    'cloudEvents:subject': aggregate === 'definition' ? String(data['name']) : stream,
    'cloudEvents:time': event.at,
    'cloudEvents:partition': event.partition,
    'cloudEvents:version': version,
    'cloudEvents:position': event.position,
    'cloudEvents:actor': event.actor,
    'cloudEvents:correlationid': event.correlationId,
  };
  if (causationId !== null) Object.assign(headers, { 'cloudEvents:causationid': causationId });
  if (traceparent !== undefined) Object.assign(headers, { 'cloudEvents:traceparent': traceparent, traceparent });
  return headers;
}
