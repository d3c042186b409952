import { type DomainEvent, OrreryError, type Recorded, TooNew, Unavailable, decide } from '@orrery/domain';
import { type Aggregate, type Row, type Waiting, newRow } from './aggregate.js';
import type { Aggregates } from './aggregates.js';
import { decidedBefore, overtaken, versionMismatch } from './before-deciding.js';
import type { Answer, Envelope, Pending, Position } from './envelope.js';
import { GroupCommit, type LaneListener, ROW_COMMANDS_MAX, ROW_SIZE_MAX, STALE } from './group-commit.js';
import type { Actor, Authorize } from './ports/authorize.js';
import type { Clock } from './ports/clock.js';
import type { Entropy } from './ports/entropy.js';
import { CommitUnknown, type Cursor, type Log, type Notice } from './ports/log.js';
import type { Ownership } from './ports/ownership.js';
import { PerShard } from './per-shard.js';
import type { Entry } from './recorded-commit.js';

/** How long a command waits for a log that cannot be reached, before it is told to come again. */
export const COMMAND_WAIT_MS = 10_000;
const RETRY_AFTER_ERROR_MS = 100;
/** Who sends what no client sent. */
const ENGINE: Actor = { id: 'engine' };

/** Told of what has committed, before anyone who asked for it is answered. */
export type OnCommitted = (aggregate: Aggregate, events: readonly Recorded[], row: CommittedRow) => void;

/** What the log has of the commands that decided it, as JSON texts with commas between them. */
export type CommittedRow = Pick<Row, 'entriesText'>;

/**
 * Handles every command there is: load, fold, decide, append. Commands that come while a commit is in flight are
 * decided at once against memory and go into the stream's next row; nobody is answered, and nothing is handed out,
 * before that row has committed. On a conflict, an error or an unknown outcome they are decided again.
 */
export class Handle implements LaneListener {
  /** What is slow in one database holds nothing up in another. */
  private readonly lanes: PerShard<GroupCommit>;
  private readonly listeners: OnCommitted[] = [];
  private readonly onDropped: ((aggregate: Aggregate) => void)[] = [];
  private readonly notices: Notice[] = [];
  private readonly moment: { now: number; random: () => number };

  constructor(
    private readonly aggregates: Aggregates,
    private readonly log: Log,
    private readonly ownership: Ownership,
    private readonly authorize: Authorize,
    private readonly clock: Clock,
    entropy: Entropy,
  ) {
    this.lanes = new PerShard(log, (each) => new GroupCommit(each, clock, this));
    this.moment = { now: 0, random: () => entropy.random() };
  }

  /** Calls back after every commit of this process, once a row. */
  onCommitted(listener: OnCommitted): void {
    this.listeners.push(listener);
  }

  /** Calls back when a stream's memory was dropped, because the log had something else or could not be asked. */
  onStale(listener: (aggregate: Aggregate) => void): void {
    this.onDropped.push(listener);
  }

  /** Decides a command and answers it when what it decided, or what it stands on, has committed. */
  handle(envelope: Envelope): Promise<Answer> {
    const arrivedAt = this.clock.now();
    return new Promise((resolve, reject) => this.submit({ envelope, arrivedAt, resolve, reject }));
  }

  /** The same, told by a call: of the engine's own commands there are many, and a promise for each costs something. */
  submit(pending: Pending): void {
    const { client, namespace, command } = pending.envelope;
    try {
      this.authorize.check(client ? { id: client.actor } : ENGINE, namespace, command.type);
    } catch (error) {
      return pending.reject(error);
    }
    this.route(pending);
  }

  /** Resolves when everything that was decided has committed or been refused. */
  idle(): Promise<void> {
    const { all } = this.lanes;
    return all.length === 1 ? all[0]!.idle() : allIdle(all);
  }

  committed(aggregate: Aggregate, row: Row, cursor: Cursor): void {
    aggregate.committed = row.firstVersion + row.events.length - 1;
    aggregate.cursor = cursor;
    if (!this.ownership.owned().has(aggregate.partition)) this.leaveToOwner(aggregate);
    for (const listener of this.listeners) listener(aggregate, row.events, row);
    for (const waiting of row.waiting) settle(aggregate, waiting);
    for (const pending of aggregate.held.splice(0)) this.route(pending);
    if (aggregate.isIdle && aggregate.type.isOver(aggregate.state)) this.aggregates.drop(aggregate);
  }

  refused(aggregates: readonly Aggregate[], cause: unknown): void {
    for (const aggregate of aggregates) this.decideAgain(aggregate, cause);
  }

  private route(pending: Pending): void {
    const { envelope } = pending;
    const aggregate = this.aggregates.peek(envelope);
    if (aggregate && this.isTrusted(aggregate)) return this.decide(aggregate, pending);
    if (aggregate) this.aggregates.drop(aggregate);
    // What is read since before the command came may lack what its sender knows: a refusal would be none of the log's.
    const isOlder = this.aggregates.isBeingRead(envelope, envelope.type);
    const found = this.aggregates.forCommand(envelope);
    if (!(found instanceof Promise)) return this.decide(found, pending);
    found.then(
      (loaded) => (loaded.dropped || isOlder ? this.route(pending) : this.decide(loaded, pending)),
      (error: unknown) => this.notLoaded(pending, error, isOlder),
    );
  }

  private notLoaded(pending: Pending, error: unknown, isOlder: boolean): void {
    if (isPassing(error)) this.retryLater(pending, error);
    else if (isOlder) this.route(pending);
    else pending.reject(error);
  }

  /** Memory is trusted while this process owns the stream, or while what it decides will be judged by a commit. */
  private isTrusted(aggregate: Aggregate): boolean {
    return !aggregate.isIdle || this.isOwn(aggregate);
  }

  private isOwn({ partition }: Aggregate): boolean {
    return this.ownership.owned().has(partition) && this.ownership.trusted(partition);
  }

  private decide(aggregate: Aggregate, pending: Pending): void {
    const row = aggregate.gathering;
    if (row && (row.commands >= ROW_COMMANDS_MAX || row.eventsText.length >= ROW_SIZE_MAX)) {
      aggregate.held.push(pending);
      return;
    }
    const { envelope } = pending;
    const before = overtaken(envelope) ?? decidedBefore(aggregate, envelope);
    if (before) return this.answer(aggregate, pending, before);
    const mismatch = versionMismatch(aggregate, envelope);
    if (mismatch) return this.answerIfNewest(aggregate, pending, mismatch);
    this.moment.now = this.clock.now();
    let events: readonly DomainEvent[];
    try {
      const decision = decide(aggregate.decider, envelope.command, aggregate.state, this.moment);
      aggregate.state = decision.state;
      events = decision.events;
    } catch (error) {
      if (error instanceof OrreryError) return this.answerIfNewest(aggregate, pending, error);
      // A bug may have left the state half changed: nothing may be decided on it any more.
      pending.reject(error);
      return this.decideAgain(aggregate, STALE);
    }
    if (events.length === 0) this.answerIfNewest(aggregate, pending, aggregate.version);
    else this.gather(aggregate, pending, events);
  }

  private gather(aggregate: Aggregate, pending: Pending, events: readonly DomainEvent[]): void {
    if (!aggregate.gathering) this.lanes.of(aggregate.partition).add(aggregate);
    const row = (aggregate.gathering ??= newRow(aggregate.version + 1));
    const at = this.moment.now;
    row.eventsText = joined(row.eventsText, JSON.stringify(events).slice(1, -1));
    for (const event of events) row.events.push({ version: ++aggregate.version, at, event });
    const { version } = aggregate;
    const { client } = pending.envelope;
    row.entriesText = joined(row.entriesText, entryOf(events.length, at, pending.envelope));
    row.commands += 1;
    if (client) aggregate.seen.set(client.id, { body: client.body, version });
    aggregate.traceparent ??= client?.traceparent;
    row.waiting.push({ pending, outcome: version, changed: true });
    this.aggregates.touch(aggregate);
  }

  /**
   * What decides something is judged by its commit. What a client sent and decides nothing is judged by the log: memory
   * may lack what another process wrote a moment ago, and that client was told of.
   */
  private answerIfNewest(aggregate: Aggregate, pending: Pending, outcome: number | OrreryError): void {
    const isFromMemory = aggregate.isIdle && this.isOwn(aggregate);
    if (!isFromMemory || !pending.envelope.client) return this.answer(aggregate, pending, outcome);
    this.log.readStreams([{ ...aggregate.key, version: aggregate.version }]).then(
      (newer) => {
        if (newer.length === 0 && !aggregate.dropped) return this.answer(aggregate, pending, outcome);
        if (!aggregate.dropped) this.decideAgain(aggregate, STALE);
        this.route(pending);
      },
      (error: unknown) => this.notLoaded(pending, error, false),
    );
  }

  /** Answers a command that decided nothing, once the rows that its answer stands on have committed. */
  private answer(aggregate: Aggregate, pending: Pending, outcome: number | OrreryError): void {
    const waiting = { pending, outcome, changed: false };
    const { gathering, inFlight } = aggregate;
    // What was sent before the command came says nothing of what its sender knows since: another owner's log is asked.
    if (inFlight && !gathering && !this.isOwn(aggregate)) return void aggregate.held.push(pending);
    const row = gathering ?? inFlight;
    if (row) row.waiting.push(waiting);
    else settle(aggregate, waiting);
  }

  /** Everything that was decided on this stream's memory goes, and is decided again on what the log has. */
  private decideAgain(aggregate: Aggregate, cause: unknown): void {
    const rows = [aggregate.inFlight, aggregate.gathering];
    const waiting = rows.flatMap((row) => row?.waiting.map(({ pending }) => pending) ?? []);
    waiting.push(...aggregate.held.splice(0));
    aggregate.inFlight = aggregate.gathering = undefined;
    this.lanes.of(aggregate.partition).remove(aggregate);
    this.aggregates.drop(aggregate);
    for (const pending of waiting) {
      pending.envelope = { ...pending.envelope, begins: false };
      if (cause === STALE) this.route(pending);
      else this.retryLater(pending, cause);
    }
    for (const listener of this.onDropped) listener(aggregate);
  }

  private retryLater(pending: Pending, cause: unknown): void {
    if (this.clock.now() - pending.arrivedAt >= COMMAND_WAIT_MS) {
      const error = new Unavailable(
        'log.unavailable',
        'the log cannot be written just now; nothing is known to be lost',
      );
      error.cause = cause;
      pending.reject(error);
      return;
    }
    this.clock.after(RETRY_AFTER_ERROR_MS, () => this.route(pending));
  }

  /** The owner acts on what it did not write when it is told of it: of all that committed together in one notice. */
  private leaveToOwner({ key, partition, committed }: Aggregate): void {
    if (this.notices.push({ ...key, partition, lastVersion: committed }) > 1) return;
    // A lost notice is made good by the log's reader: it is a hint.
    this.clock.next(() => void this.log.announce(this.notices.splice(0)).catch(() => undefined));
  }
}

/** What has committed in one lane may have brought something into another. */
async function allIdle(lanes: readonly GroupCommit[]): Promise<void> {
  do await Promise.all(lanes.map((lane) => lane.idle()));
  while (!lanes.every((lane) => lane.isIdle));
}

/** Whether it may go better in a moment. What is too new for this release will not. */
function isPassing(error: unknown): boolean {
  if (error instanceof TooNew) return false;
  return error instanceof Unavailable || error instanceof CommitUnknown;
}

/** A command's metadata as JSON text; those of the engine's own commands, which are most, are two numbers. */
function entryOf(n: number, at: number, { client }: Envelope): string {
  if (!client) return `{"n":${n},"at":${at}}`;
  const { id, body, actor, causation, correlation, traceparent } = client;
  const entry: Entry = { n, at, id, body: body || undefined, actor, causation, correlation, traceparent };
  return JSON.stringify(entry);
}

function joined(texts: string, text: string): string {
  return texts === '' ? text : `${texts},${text}`;
}

/** Answers a command, where its stream stands now. */
function settle(aggregate: Aggregate, { pending, outcome, changed }: Waiting): void {
  if (typeof outcome !== 'number') return pending.reject(outcome);
  pending.resolve({ position: positionOf(aggregate, outcome), changed });
}

function positionOf({ key, partition, cursor }: Aggregate, version: number): Position {
  const { transactionId, position } = cursor;
  return { transactionId, position, partition, stream: key.stream, version };
}
