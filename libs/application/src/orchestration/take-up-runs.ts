import { Gone, NotFound, TooNew, Unavailable, isOver } from '@orrery/domain';
import type { Aggregate } from '../kernel/aggregate.js';
import type { Clock } from '../kernel/ports/clock.js';
import { type Cursor, type Log, type StreamKey, keyOf } from '../kernel/ports/log.js';
import type { Checkpoints } from '../kernel/ports/checkpoints.js';
import type { Dispatcher } from './dispatch/dispatcher.js';
import { holdForRemoteWorkers } from './dispatch/hold-for-remote-workers.js';
import type { KnownOffers, ShareTasks } from './dispatch/share-tasks.js';
import type { EngineKernel } from './engine-kernel.js';
import { type OpenRun, VIEWS_FOLLOWER, type ViewWriter } from './ports/runs.js';
import type { WorkerSessions } from './ports/worker-sessions.js';
import type { DispatchQueuedTasks } from './reactions/dispatch-queued-tasks.js';
import type { LinkChildRuns } from './reactions/link-child-runs.js';
import type { RunEndings } from './run-endings.js';
import { type RunTimers, TIMERS_AHEAD_MS } from './timers/run-timers.js';
import { isTextOfRun } from './stream-kinds.js';
import type { Run } from './workflow-streams.js';

const RUNS_AT_ONCE = 500;
const AGAIN_MS = 500;

/** What was being read already is too old at most; a reading of our own is not. */
const READS_MAX = 3;

/** A run that is taken up, and what is known of it: the least version that it has, and since when its attempts wait. */
type TakenUp = StreamKey & Partial<Pick<OpenRun, 'version' | 'queuedAt'>>;

/** What taking up needs of the engine. */
export interface TakeUpParts {
  readonly kernel: EngineKernel;
  readonly log: Log;
  readonly checkpoints: Checkpoints;
  readonly views: ViewWriter;
  readonly sessions: WorkerSessions;
  readonly dispatcher: Dispatcher;
  readonly share: ShareTasks;
  readonly dispatch: DispatchQueuedTasks;
  readonly links: LinkChildRuns;
  readonly timers: RunTimers;
  readonly endings: RunEndings;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/**
 * Loads runs, and brings queues and timers in line with what the log has of them: after a take-over, and whenever
 * somebody else wrote to a run, or nobody knows whether we did.
 */
export class TakeUpRuns {
  private waiting = new Map<string, TakenUp>();
  private taking: Promise<void> | undefined;

  constructor(
    private readonly parts: TakeUpParts,
    private readonly owns: (partition: number) => boolean,
  ) {}

  /** Takes partitions over, as often as it needs: what is owned and not taken up would stand still. */
  async takeOver(partitions: Iterable<number>): Promise<void> {
    for (;;) {
      const owned = [...partitions].filter(this.owns);
      if (owned.length === 0) return;
      try {
        return await this.all(owned, await this.parts.share.known(owned));
      } catch (error) {
        this.parts.onError(error);
        await new Promise<void>((resolve) => void this.parts.clock.after(AGAIN_MS, resolve));
      }
    }
  }

  /**
   * Everything that is open there: what the views know of, and whatever came after their checkpoints. After a take-over
   * with what was in hands before.
   */
  async all(partitions: readonly number[], inHands?: KnownOffers): Promise<void> {
    const { views, checkpoints, log, clock } = this.parts;
    const after: ReadonlyMap<number, Cursor> = await checkpoints.load(VIEWS_FOLLOWER, partitions);
    for await (const runs of views.openRuns(partitions, clock.now() + TIMERS_AHEAD_MS)) {
      if (!partitions.some(this.owns)) return;
      await this.some(runs, inHands);
    }
    for await (const commits of log.readAhead(after)) {
      if (!partitions.some(this.owns)) return;
      const streams = new Map<string, TakenUp>();
      for (const commit of commits) {
        const { namespace, stream, lastVersion: version } = commit;
        if (isTextOfRun(commit)) streams.set(keyOf(commit), { namespace, stream, version });
      }
      await this.some([...streams.values()], inHands);
    }
  }

  /** Takes a run up in the next turn, or as soon as the log can be read. Resolves when it is, or is another owner's. */
  later(key: TakenUp): Promise<void> {
    const { version = 0 } = this.waiting.get(keyOf(key)) ?? {};
    this.waiting.set(keyOf(key), { ...key, version: Math.max(version, key.version ?? 0) });
    this.taking ??= new Promise((resolve) => this.parts.clock.soon(() => resolve(this.takeWaiting())));
    return this.taking;
  }

  private async takeWaiting(): Promise<void> {
    const keys = [...this.waiting.values()];
    this.waiting = new Map();
    this.taking = undefined;
    try {
      await this.some(keys);
    } catch (error) {
      if (!(error instanceof Unavailable)) this.parts.onError(error);
      await new Promise<void>((resolve) => void this.parts.clock.after(AGAIN_MS, resolve));
      await Promise.all(keys.map((key) => this.later(key)));
    }
  }

  private async some(keys: readonly TakenUp[], inHands?: KnownOffers): Promise<void> {
    const { sessions, dispatcher, share, clock } = this.parts;
    for (let start = 0; start < keys.length; start += RUNS_AT_ONCE) {
      const runs = await this.load(keys.slice(start, start + RUNS_AT_ONCE).filter((key) => this.isOurs(key)));
      // Only then may attempts be in hands that nobody here knows of; a lease that ran out here is over.
      if (inHands) {
        share.takeOver(runs, inHands);
        await holdForRemoteWorkers(runs, sessions, dispatcher, clock.now());
      }
      const queuedAt = new Map(keys.map((key) => [keyOf(key), key.queuedAt]));
      await Promise.all(runs.map((run) => this.bringInLine(run, queuedAt.get(keyOf(run.key)))));
    }
  }

  /**
   * Throws when the log cannot be read. One run that cannot be folded, or that a newer release has written to, must not
   * keep the others from going on.
   */
  private async load(keys: readonly TakenUp[]): Promise<Run[]> {
    const { onError } = this.parts;
    const loaded = await Promise.allSettled(keys.map((key) => this.loadOne(key)));
    return loaded.flatMap((each) => {
      if (each.status === 'fulfilled') return [each.value as unknown as Run];
      if (each.reason instanceof Unavailable && !(each.reason instanceof TooNew)) throw each.reason;
      if (!(each.reason instanceof NotFound || each.reason instanceof Gone)) onError(each.reason);
      return [];
    });
  }

  /** What is in memory, or was being read already, may be older than what is known: then it is read anew. */
  private async loadOne({ namespace, stream, version = 0 }: TakenUp): Promise<Run> {
    const { aggregates, workflows } = this.parts.kernel;
    for (let reads = 1; ; reads += 1) {
      const run = await aggregates.settled({ namespace, stream }, workflows);
      if (run.version >= version || reads === READS_MAX) return run as unknown as Run;
      aggregates.drop(run);
    }
  }

  private async bringInLine(run: Run, queuedAt: TakenUp['queuedAt']): Promise<void> {
    const { aggregates } = this.parts.kernel;
    if (!this.isOurs(run.key)) return;
    if (run.state.deleted) return aggregates.drop(run as never);
    // Something was decided in it since it was loaded: what has not committed must not be acted on.
    if (run.dropped || !run.isIdle) return this.later(run.key);
    const live = aggregates.peek(run.key);
    if (live && run.version < live.acted) return this.lookAgain(live);
    if (live) this.actedUpTo(live, run.version);
    this.actOn(run, queuedAt, run === (live as unknown));
  }

  /** Nothing may be decided any more on memory that lacks what was read. */
  private actedUpTo(live: Aggregate, version: number): void {
    live.acted = version;
    if (live.isIdle && live.version < version) this.parts.kernel.aggregates.drop(live);
  }

  private actOn(run: Run, queuedAt: TakenUp['queuedAt'], isLive: boolean): void {
    const { kernel, dispatch, links, timers, endings } = this.parts;
    dispatch.reconcile(run, queuedAt);
    links.reconcile(run);
    // What was read beside memory may be older than what was acted on since: it may fire earlier, and not later.
    if (isLive) timers.follow(run);
    else timers.bringForward(run);
    if (!isOver(run.state)) return;
    endings.missed(run.key);
    kernel.aggregates.drop(run as never);
  }

  /** What was read is older than what was acted on since: it must not undo that. */
  private lookAgain(live: Aggregate): Promise<void> {
    if (live.isIdle && live.version < live.acted) this.parts.kernel.aggregates.drop(live);
    return this.later(live.key);
  }

  private isOurs(key: StreamKey): boolean {
    return this.owns(this.parts.kernel.aggregates.partitionOf(key));
  }
}
