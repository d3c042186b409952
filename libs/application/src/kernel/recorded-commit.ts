import type { DomainEvent, Recorded } from '@orrery/domain';
import type { Commit } from './ports/log.js';

/**
 * What a commit's metadata says of one command: how many of the events are its, and when it was decided. A client's
 * command adds who sent it and with what key; an engine's own adds nothing that the stream does not say already.
 */
export interface Entry {
  /** How many of the commit's events this command decided. */
  readonly n: number;
  /** When it was decided, in milliseconds since the epoch. */
  readonly at: number;
  readonly id?: string;
  /** SHA-256 over the operation and the body, in hex, of a command that may come again. */
  readonly body?: string;
  readonly actor?: string;
  readonly causation?: string;
  readonly correlation?: string;
  readonly traceparent?: string;
}

/** One command's share of a commit: its entry, and its events as they stand in the stream. */
export interface RecordedCommand<E extends DomainEvent> {
  readonly entry: Entry;
  readonly events: readonly Recorded<E>[];
  /** The stream's version after it. */
  readonly version: number;
}

/** Takes a commit apart again into the commands that decided it. */
export function commandsOf<E extends DomainEvent>(
  commit: Pick<Commit, 'events' | 'metadata' | 'firstVersion'>,
): readonly RecordedCommand<E>[] {
  const events = JSON.parse(commit.events) as E[];
  const entries = JSON.parse(commit.metadata) as Entry[];
  let next = 0;
  return entries.map((entry) => {
    const mine = events.slice(next, next + entry.n).map((event, index) => ({
      version: commit.firstVersion + next + index,
      at: entry.at,
      event,
    }));
    next += entry.n;
    return { entry, events: mine, version: commit.firstVersion + next - 1 };
  });
}

/** The events of a commit as they stand in the stream. */
export function eventsOf<E extends DomainEvent>(
  commit: Pick<Commit, 'events' | 'metadata' | 'firstVersion'>,
): readonly Recorded<E>[] {
  return commandsOf<E>(commit).flatMap(({ events }) => events);
}
