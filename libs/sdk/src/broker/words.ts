import type { Options } from 'amqplib';
import type { BodyFormat, Codec } from './codec.js';

/** Something that a worker says to an engine: a command, and its data. */
export interface Word {
  readonly type: 'BeatWorker' | 'HeartbeatTask' | 'ReportTasks';
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
    'cloudEvents:type': `io.orrery.command.${type}.v1`,
  };
  const properties = { contentType: `application/${format}`, correlationId: id, headers };
  return { body: codec.write(format, data), properties };
}
