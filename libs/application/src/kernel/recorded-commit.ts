import { type DomainEvent, type Recorded, TooNew, type UpcasterTable, schemaOf, upcast } from '@orrery/domain';
import { type Commit, keyOf } from './ports/log.js';

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

/** What is read of a commit. */
export type CommitText = Pick<Commit, 'namespace' | 'stream' | 'events' | 'metadata' | 'firstVersion'>;

/**
 * Takes a commit apart again into the commands that decided it, its events as today's code knows them. Throws `TooNew`
 * where a newer release wrote one of them: nothing of such a commit is read, and nothing is passed over.
 */
export function commandsIn<E extends DomainEvent>(
  commit: CommitText,
  upcasters: UpcasterTable,
): readonly RecordedCommand<E>[] {
  const events = JSON.parse(commit.events) as E[];
  const entries = JSON.parse(commit.metadata) as Entry[];
  return byCommand(entries, (nth, { at }) => {
    const version = commit.firstVersion + nth;
    const event = events[nth]!;
    return { version, at, event: upcast(event, upcasters) ?? tooNew(event, version, commit, upcasters) };
  });
}

/** The same of a commit whose events are at hand: its entries are JSON texts with commas between them. */
export function commandsFrom<E extends DomainEvent>(
  events: readonly Recorded<E>[],
  entriesText: string,
): readonly RecordedCommand<E>[] {
  return byCommand(JSON.parse(`[${entriesText}]`) as Entry[], (nth) => events[nth]!);
}

function byCommand<E extends DomainEvent>(
  entries: readonly Entry[],
  eventAt: (nth: number, entry: Entry) => Recorded<E>,
): readonly RecordedCommand<E>[] {
  let next = 0;
  return entries.map((entry) => {
    const mine: Recorded<E>[] = [];
    for (const end = next + entry.n; next < end; next += 1) mine.push(eventAt(next, entry));
    return { entry, events: mine, version: mine.at(-1)!.version };
  });
}

/** The events of a commit as they stand in the stream. */
export function eventsIn<E extends DomainEvent>(commit: CommitText, upcasters: UpcasterTable): readonly Recorded<E>[] {
  return commandsIn<E>(commit, upcasters).flatMap(({ events }) => events);
}

const ASK_AGAIN_MS = 5_000;

function tooNew({ type, v }: DomainEvent, version: number, commit: CommitText, upcasters: UpcasterTable): never {
  const known = schemaOf(type, upcasters);
  const knows = known === 0 ? 'does not know' : `knows only up to schema ${known}`;
  const what = `event ${version} of ${keyOf(commit)} is "${type}" of schema ${v}, which this release ${knows}`;
  const message = `${what}: a newer release wrote it, and only a process of that one or a later can go on with it`;
  throw new TooNew('event.too-new', message, ASK_AGAIN_MS, { stream: commit.stream, version, type, schema: v, known });
}
