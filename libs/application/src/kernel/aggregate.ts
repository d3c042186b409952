import type { Command, Decider, DomainEvent, OrreryError, Recorded } from '@orrery/domain';
import { evolve } from '@orrery/domain';
import { GENESIS } from './chain.js';
import type { Pending } from './envelope.js';
import { type Commit, type Cursor, START, type StreamKey } from './ports/log.js';
import type { Snapshot } from './ports/snapshots.js';
import { commandsIn } from './recorded-commit.js';
import type { StreamType } from './stream-type.js';

/** What a client's command did, for the next time that it comes. */
export interface SeenCommand {
  readonly body: string;
  readonly version: number;
}

/** What a stream decided since its last commit: one row of the next statement. */
export interface Row {
  readonly firstVersion: number;
  readonly events: Recorded[];
  /** The events, and what the metadata say of each command, as JSON texts with commas between them. */
  eventsText: string;
  entriesText: string;
  commands: number;
  /** Who waits for this row to commit. */
  readonly waiting: Waiting[];
}

/** A command that is answered when a row has committed: with the version that it stands on, or a refusal. */
export interface Waiting {
  readonly pending: Pending;
  readonly outcome: number | OrreryError;
  /** Whether it decided something. */
  readonly changed: boolean;
}

/**
 * A stream in memory: its state with everything decided so far, committed or not. The log's unique key is the judge: a
 * stale aggregate costs a reload, never a wrong event.
 */
export class Aggregate<State = unknown, C extends Command = Command, E extends DomainEvent = DomainEvent> {
  state: State;
  /** The version that was decided, and the one that has committed. */
  version = 0;
  committed = 0;
  /** The version up to which its owner has acted on its events, or is about to. */
  acted = 0;
  /** The version of the last snapshot. */
  kept = 0;
  /** Where the last commit stands. */
  cursor: Cursor = START;
  /** The chain hash of the last row that was sent. */
  hash: Uint8Array = GENESIS;
  readonly seen = new Map<string, SeenCommand>();
  /** The trace that the stream began in, if it began in one. */
  traceparent: string | undefined;
  /** The row that gathers, and the row that is in flight. */
  gathering: Row | undefined;
  inFlight: Row | undefined;
  /** Commands that found the gathering row full. */
  readonly held: Pending[] = [];
  /** It was begun without a look whether it is there. */
  isGuess = false;
  /** It proved stale: whoever still holds it must ask for the stream again. */
  dropped = false;

  constructor(
    readonly key: StreamKey,
    readonly partition: number,
    readonly type: StreamType<State, C, E>,
    readonly decider: Decider<State, C, E>,
  ) {
    this.state = decider.initial();
  }

  get isIdle(): boolean {
    return !this.gathering && !this.inFlight && this.held.length === 0;
  }

  /** The stream as it is, for the next time that it is read. Only what has committed may be kept. */
  snapshot(): Snapshot {
    const { state, seen, traceparent } = this;
    const kept: Kept = { state, seen: [...seen], traceparent };
    const schema = this.type.snapshotSchema(state);
    this.kept = this.version;
    return { ...this.key, version: this.version, schema, state: JSON.stringify(kept), hash: this.hash };
  }

  restore({ version, state, hash }: Snapshot): void {
    const kept = JSON.parse(state) as Kept;
    this.state = kept.state as State;
    for (const [id, seen] of kept.seen) this.seen.set(id, seen);
    this.traceparent = kept.traceparent;
    this.version = this.committed = this.kept = version;
    this.hash = hash;
  }

  /** Folds a commit that was read from the log. */
  fold(commit: Commit): void {
    for (const { entry, events, version } of commandsIn<E>(commit, this.type.upcasters)) {
      for (const { event } of events) this.state = evolve(this.decider, this.state, event);
      this.traceparent ??= entry.traceparent;
      if (entry.id !== undefined) this.seen.set(entry.id, { body: entry.body ?? '', version });
    }
    this.version = this.committed = commit.lastVersion;
    this.cursor = commit.cursor;
    this.hash = commit.hash;
  }
}

/** What a snapshot keeps besides its version and hash. */
interface Kept {
  readonly state: unknown;
  readonly seen: readonly (readonly [string, SeenCommand])[];
  readonly traceparent?: string;
}

export function newRow(firstVersion: number): Row {
  return { firstVersion, events: [], eventsText: '', entriesText: '', commands: 0, waiting: [] };
}
