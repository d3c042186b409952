import type { Command } from '@orrery/domain';
import type { Cursor, StreamKey } from './ports/log.js';
import type { StreamType } from './stream-type.js';

/** Who sent a command, and what makes it the same command when it comes again. */
export interface Client {
  /** The command's id: derived from its idempotency key, or drawn. */
  readonly id: string;
  /** SHA-256 over the operation and the body, in hex; empty where the command cannot come again. */
  readonly body: string;
  readonly actor: string;
  readonly causation?: string;
  readonly correlation?: string;
  /** W3C trace context. */
  readonly traceparent?: string;
}

/** A command on its way to its stream. Without a client it is the engine's own. */
export interface Envelope<C extends Command = Command> extends StreamKey {
  readonly type: StreamType;
  readonly command: C;
  readonly client?: Client;
  /** The version that the stream must be at, or the command is refused. */
  readonly ifMatch?: number;
  /** It begins its stream, as far as the sender knows: that is not read first, and the commit judges it. */
  readonly begins?: boolean;
  /** Nobody can have begun the stream before: its id was just drawn. */
  readonly isNew?: boolean;
  /** Whether it is to be decided still: asked whenever it comes to that, for it may have waited. It is refused if not. */
  readonly isMeant?: () => boolean;
}

/** A place in one partition of the log. */
export interface PartitionCursor extends Cursor {
  readonly partition: number;
}

/** Where a stream stood when a command was answered: enough to read what it wrote, anywhere. */
export interface Position extends PartitionCursor {
  readonly stream: string;
  readonly version: number;
}

export interface Answer {
  readonly position: Position;
  /** False: the command decided nothing, because it had been decided before or changes nothing. */
  readonly changed: boolean;
}

/** An envelope with somebody waiting for its answer. */
export interface Pending {
  envelope: Envelope;
  /** When it arrived, in milliseconds since the epoch. */
  readonly arrivedAt: number;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}
