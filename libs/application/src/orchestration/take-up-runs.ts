import { Gone, NotFound, Unavailable, isOver } from '@orrery/domain';
import type { Clock } from '../kernel/ports/clock.js';
import { type Cursor, type Log, type StreamKey, keyOf } from '../kernel/ports/log.js';
import type { Checkpoints } from '../kernel/ports/checkpoints.js';
import type { Dispatcher } from './dispatch/dispatcher.js';
import { holdForRemoteWorkers } from './dispatch/hold-for-remote-workers.js';
import type { ShareTasks } from './dispatch/share-tasks.js';
import type { EngineKernel } from './engine-kernel.js';
import { type OpenRun, VIEWS_FOLLOWER, type ViewWriter } from './ports/runs.js';
import type { WorkerSessions } from './ports/worker-sessions.js';
import type { DispatchQueuedTasks } from './reactions/dispatch-queued-tasks.js';
import type { LinkChildRuns } from './reactions/link-child-runs.js';
import type { RunEndings } from './run-endings.js';
import { type RunTimers, TIMERS_AHEAD_MS } from './timers/run-timers.js';
import { isTextOfDefinition } from './definition-streams.js';
import type { Run } from './workflow-streams.js';

const RUNS_AT_ONCE = 500;
const AGAIN_MS = 500;

/** A run that is taken up; one that the views knew brings along since when its attempts wait. */
type TakenUp = StreamKey & Partial<Pick<OpenRun, 'queuedAt'>>;

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
  private waiting = new Map<string, StreamKey>();

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
        return await this.all(owned, 'from an earlier owner');
      } catch (error) {
        this.parts.onError(error);
        await new Promise<void>((resolve) => void this.parts.clock.after(AGAIN_MS, resolve));
      }
    }
  }

  /** Everything that is open there: what the views know of, and whatever came after their checkpoints. */
  async all(partitions: readonly number[], whence?: 'from an earlier owner'): Promise<void> {
    const { views, checkpoints, log, clock } = this.parts;
    const after: ReadonlyMap<number, Cursor> = await checkpoints.load(VIEWS_FOLLOWER, partitions);
    for await (const runs of views.openRuns(partitions, clock.now() + TIMERS_AHEAD_MS)) await this.some(runs, whence);
    for await (const commits of log.readAhead(after)) {
      const streams = new Map<string, StreamKey>();
      for (const commit of commits) if (!isTextOfDefinition(commit)) streams.set(keyOf(commit), commit);
      await this.some([...streams.values()], whence);
    }
  }

  /** Takes a run up in the next turn, or as soon as the log can be read. */
  later(key: StreamKey): void {
    if (this.waiting.size === 0) this.parts.clock.soon(() => void this.takeWaiting());
    this.waiting.set(keyOf(key), key);
  }

  private async takeWaiting(): Promise<void> {
    const keys = [...this.waiting.values()];
    this.waiting = new Map();
    try {
      await this.some(keys);
    } catch {
      this.parts.clock.after(AGAIN_MS, () => keys.forEach((key) => this.later(key)));
    }
  }

  private async some(keys: readonly TakenUp[], whence?: 'from an earlier owner'): Promise<void> {
    const { sessions, dispatcher, share, clock } = this.parts;
    for (let start = 0; start < keys.length; start += RUNS_AT_ONCE) {
      const runs = await this.load(keys.slice(start, start + RUNS_AT_ONCE).filter((key) => this.isOurs(key)));
      // Only then may attempts be in hands that nobody here knows of; a lease that ran out here is over.
      if (whence) {
        await share.takeOver(runs);
        await holdForRemoteWorkers(runs, sessions, dispatcher, clock.now());
      }
      const queuedAt = new Map(keys.map((key) => [keyOf(key), key.queuedAt]));
      for (const run of runs) this.bringInLine(run, queuedAt.get(keyOf(run.key)));
    }
  }

  /** Throws when the log cannot be read. One run that cannot be folded must not keep the others from going on. */
  private async load(keys: readonly StreamKey[]): Promise<Run[]> {
    const { kernel, onError } = this.parts;
    const loaded = await Promise.allSettled(keys.map((key) => kernel.aggregates.settled(key, kernel.workflows)));
    return loaded.flatMap((each) => {
      if (each.status === 'fulfilled') return [each.value as unknown as Run];
      if (each.reason instanceof Unavailable) throw each.reason;
      if (!(each.reason instanceof NotFound || each.reason instanceof Gone)) onError(each.reason);
      return [];
    });
  }

  private bringInLine(run: Run, queuedAt: TakenUp['queuedAt']): void {
    const { kernel, dispatch, links, timers, endings } = this.parts;
    if (!this.isOurs(run.key)) return;
    if (run.state.deleted) return kernel.aggregates.drop(run as never);
    // Something was decided in it since it was loaded: what has not committed must not be acted on.
    if (run.dropped || !run.isIdle) return this.later(run.key);
    const live = kernel.aggregates.peek(run.key);
    if (live) live.acted = Math.max(live.acted, run.version);
    dispatch.reconcile(run, queuedAt);
    links.reconcile(run);
    // What was read beside memory may be older than what was acted on since: it may fire earlier, and not later.
    if (run === (live as unknown)) timers.follow(run);
    else timers.bringForward(run);
    if (!isOver(run.state)) return;
    endings.missed(run.key);
    kernel.aggregates.drop(run as never);
  }

  private isOurs(key: StreamKey): boolean {
    return this.owns(this.parts.kernel.aggregates.partitionOf(key));
  }
}
