import type { Command } from './command.js';
import type { DomainEvent } from './event.js';
import type { StreamId } from './ids.js';

/** A command and the stream that it goes to. */
export interface Addressed<C extends Command = Command> {
  readonly stream: StreamId;
  readonly command: C;
}

/** What one stream's event means for another: event in, commands out; pure and without memory. */
export type Reaction<E extends DomainEvent, C extends Command> = (
  stream: StreamId,
  event: E,
) => readonly Addressed<C>[];
