import type { OutgoingEvent } from '@orrery/application';
import type { OutgoingMessage } from './confirmed-publisher.js';

/** An event as a CloudEvent 1.0 in binary mode: its data are the body, its attributes are headers. */
export function eventMessage(exchange: string, event: OutgoingEvent): OutgoingMessage {
  const { namespace, aggregate, stream, version, type, schema, at, data, causationId, correlationId } = event;
  // The same event has the same id, however often it is told.
  const id = `${stream}:${version}`;
  const cloudEventType = `io.orrery.event.${type}.v${schema}`;
  return {
    exchange,
    routingKey: `${namespace}.${aggregate}.${type}`,
    body: Buffer.from(JSON.stringify(data)),
    properties: {
      persistent: true,
      contentType: 'application/json',
      messageId: id,
      type: cloudEventType,
      timestamp: Math.floor(Date.parse(at) / 1_000),
      correlationId,
      // Written out: one is made for every event. What is undefined is left out on the way.
      headers: {
        'cloudEvents:specversion': '1.0',
        'cloudEvents:id': id,
        'cloudEvents:source': `/namespaces/${namespace}`,
        'cloudEvents:type': cloudEventType,
        'cloudEvents:subject': aggregate === 'definition' ? String(data['name']) : stream,
        'cloudEvents:time': at,
        'cloudEvents:partition': event.partition,
        'cloudEvents:version': version,
        'cloudEvents:position': event.position,
        'cloudEvents:actor': event.actor,
        'cloudEvents:correlationid': correlationId,
        'cloudEvents:causationid': causationId ?? undefined,
        'cloudEvents:traceparent': event.traceparent,
        traceparent: event.traceparent,
      },
    },
  };
}
