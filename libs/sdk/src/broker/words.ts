import type { MessageProperties, Options } from 'amqplib';
import type { BodyFormat, Codec } from './codec.js';

export type WordType = 'BeatWorker' | 'HeartbeatTask' | 'ReportTasks';

/** Something that a worker says to an engine: a command, and its data. */
export interface Word {
  readonly type: WordType;
  readonly data: object;
}

/** A word as a message: a CloudEvent in structured mode, since headers cost the client far more than a body. */
export function wordMessage(
  { type, data }: Word,
  { id, workerId, format, codec }: { id: string; workerId: string; format: BodyFormat; codec: Codec },
): { body: Buffer; properties: Options.Publish } {
  const event = { specversion: '1.0', id, source: `/workers/${workerId}`, type: typeIn(type), data };
  const properties = { contentType: `application/cloudevents+${format}`, correlationId: id, type: event.type };
  return { body: codec.write(format, event), properties };
}

/** Whether a message says a word of this type. */
export function says(type: WordType, properties: MessageProperties): boolean {
  return properties.type === typeIn(type);
}

const typeIn = (type: WordType) => `io.orrery.command.${type}.v1`;
