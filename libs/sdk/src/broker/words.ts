import type { MessageProperties, Options } from 'amqplib';
import type { BodyFormat, Codec } from './codec.js';

export type WordType = 'BeatWorker' | 'HeartbeatTask' | 'ReportTasks';

/** Something that a worker says to an engine: a command, and its data. */
export interface Word {
  readonly type: WordType;
  readonly data: object;
}

/** A word as a message: a CloudEvent in binary mode. */
export function wordMessage(
  { type, data }: Word,
  { id, workerId, format, codec }: { id: string; workerId: string; format: BodyFormat; codec: Codec },
): { body: Buffer; properties: Options.Publish } {
  const headers = {
    'cloudEvents:specversion': '1.0',
    'cloudEvents:id': id,
    'cloudEvents:source': `/workers/${workerId}`,
    [TYPE_HEADER]: typeIn(type),
  };
  const properties = { contentType: `application/${format}`, correlationId: id, headers };
  return { body: codec.write(format, data), properties };
}

/** Whether a message says a word of this type. */
export function says(type: WordType, { headers }: MessageProperties): boolean {
  return (headers as { readonly [name: string]: unknown } | undefined)?.[TYPE_HEADER] === typeIn(type);
}

const TYPE_HEADER = 'cloudEvents:type';
const typeIn = (type: WordType) => `io.orrery.command.${type}.v1`;
