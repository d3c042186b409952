import { NotFound, type Recorded, Unavailable, isOver } from '@orrery/domain';
import type { Aggregate } from '../kernel/aggregate.js';
import type { Follow } from '../kernel/follow.js';
import type { Clock } from '../kernel/ports/clock.js';
import { type Cursor, type Log, type Notice, type StreamKey, keyOf } from '../kernel/ports/log.js';
import type { Checkpoints } from '../kernel/ports/checkpoints.js';
import type { Changes } from './changes.js';
import type { Dispatcher } from './dispatch/dispatcher.js';
import type { EngineCommands } from './engine-commands.js';
import type { EngineKernel } from './engine-kernel.js';
import { type OpenRun, VIEWS_FOLLOWER, type ViewWriter } from './ports/runs.js';
import type { WorkerSessions } from './ports/worker-sessions.js';
import type { DispatchQueuedTasks } from './reactions/dispatch-queued-tasks.js';
import { type RunTimers, TIMERS_AHEAD_MS } from './timers/run-timers.js';
import type { Run } from './workflow-streams.js';
import { holdForRemoteWorkers } from './dispatch/hold-for-remote-workers.js';

/** Timers are loaded anew this often, before those in memory run out, in milliseconds. */
const LOAD_TIMERS_EVERY_MS = TIMERS_AHEAD_MS / 2;
const RUNS_AT_ONCE = 500;
const TAKE_UP_AGAIN_MS = 500;

/** What an engine is made of. */
export interface EngineParts {
  readonly kernel: EngineKernel;
  readonly log: Log;
  readonly checkpoints: Checkpoints;
  readonly views: ViewWriter;
  readonly sessions: WorkerSessions;
  readonly follow: Follow;
  readonly dispatcher: Dispatcher;
  readonly dispatch: DispatchQueuedTasks;
  readonly timers: RunTimers;
  readonly commands: EngineCommands;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/**
 * Owns partitions of the log: decides their commands, hands out their tasks, fires their timers, keeps their views.
 * Everything it knows is rebuilt from the log when it takes a partition over.
 */
export class Engine {
  private unlisten: (() => Promise<void>) | undefined;
  private owned: ReadonlySet<number> = new Set();
  private takingOver: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly parts: EngineParts) {}

  /** Resolves when the partitions that were free are owned, and their runs are taken up. */
  async start(): Promise<void> {
    const { kernel, log, commands, changes, follow } = this.parts;
    kernel.handle.onCommitted((aggregate, events) => {
      this.react(aggregate, events);
      changes.tell(aggregate.key);
      follow.poke();
    });
    kernel.handle.onStale((aggregate) => {
      if (this.isRun(aggregate) && this.owned.has(aggregate.partition)) this.takeUpLater(aggregate.key);
    });
    commands.reconcile = ({ namespace, workflow }) => this.takeUpLater({ namespace, stream: workflow });
    this.unlisten = await log.listen((notice) => this.noticed(notice));
    await kernel.ownership.start((owned) => this.ownershipChanged(owned));
    await this.takingOver;
    this.loadTimersLater();
  }

  /** Hands nothing out any more, commits what is decided, and lets the partitions go. */
  async stop(): Promise<void> {
    const { kernel, commands, timers, follow, changes } = this.parts;
    this.stopped = true;
    commands.stop();
    timers.clear();
    changes.stop();
    await kernel.handle.idle();
    await follow.stop();
    await this.unlisten?.();
    await kernel.ownership.release();
  }

  private isRun(aggregate: Aggregate): boolean {
    return aggregate.type === this.parts.kernel.workflows;
  }

  /** What committed here is acted on at once, by its owner. */
  private react(aggregate: Aggregate, events: readonly Recorded[]): void {
    if (!this.isRun(aggregate) || !this.owned.has(aggregate.partition) || this.stopped) return;
    const run = aggregate as unknown as Run;
    this.parts.dispatch.react(run, events);
    this.parts.timers.follow(run);
  }

  /** Somebody else committed to a stream of ours: it is read again, and looked at as a whole. */
  private noticed({ namespace, stream, partition, lastVersion }: Notice): void {
    const { kernel, changes } = this.parts;
    const key = { namespace, stream };
    changes.tell(key);
    this.parts.follow.poke();
    const known = kernel.aggregates.peek(key);
    if (!this.owned.has(partition) || (known && known.version >= lastVersion)) return;
    if (known?.isIdle) kernel.aggregates.drop(known);
    this.takeUpLater(key);
  }

  private ownershipChanged(owned: ReadonlySet<number>): void {
    const { kernel, dispatcher, timers, follow } = this.parts;
    const gained = new Set([...owned].filter((partition) => !this.owned.has(partition)));
    const lost = [...this.owned].some((partition) => !owned.has(partition));
    this.owned = owned;
    if (lost) {
      // What stays is taken up again from the log: simpler than telling apart what goes, and as right.
      kernel.aggregates.dropAll();
      dispatcher.backlog.clear();
      timers.clear();
    }
    follow.follow(owned);
    const toTakeOver = lost ? owned : gained;
    this.takingOver = this.takingOver.then(() => this.takeOver(toTakeOver)).catch(this.parts.onError);
  }

  /** Folds first, then hands out: what the views know to be open, and everything after their checkpoints. */
  private async takeOver(partitions: ReadonlySet<number>): Promise<void> {
    if (partitions.size === 0 || this.stopped) return;
    const { views, checkpoints, log, clock } = this.parts;
    const after: ReadonlyMap<number, Cursor> = await checkpoints.load(VIEWS_FOLLOWER, [...partitions]);
    for await (const runs of views.openRuns([...partitions], clock.now() + TIMERS_AHEAD_MS)) {
      await this.takeUp(runs, 'from an earlier owner');
    }
    for await (const commits of log.readAhead(after)) {
      const streams = new Map<string, StreamKey>();
      for (const commit of commits) {
        if (!commit.events.startsWith('[{"type":"DefinitionRegistered"')) streams.set(keyOf(commit), commit);
      }
      await this.takeUp([...streams.values()], 'from an earlier owner');
    }
  }

  /** Loads runs and brings queues and timers in line with them. */
  private async takeUp(keys: readonly (StreamKey | OpenRun)[], whence?: 'from an earlier owner'): Promise<void> {
    const { kernel, dispatch, timers, sessions, dispatcher, clock } = this.parts;
    for (let start = 0; start < keys.length; start += RUNS_AT_ONCE) {
      const some = keys.slice(start, start + RUNS_AT_ONCE);
      const runs = await Promise.all(some.map((key) => kernel.aggregates.settled(key, kernel.workflows)));
      const open = (runs as unknown as Run[]).filter(({ state }) => state.status !== null && !isOver(state));
      // Only then may attempts be in hands that nobody here knows of; a lease that ran out here is over.
      if (whence) await holdForRemoteWorkers(open, sessions, dispatcher, clock.now());
      for (const run of open) {
        dispatch.reconcile(run);
        timers.follow(run);
      }
    }
  }

  /** Takes a run up as soon as the log can be read. One that does not exist is nobody's. */
  private takeUpLater(key: StreamKey): void {
    const { clock, onError } = this.parts;
    this.takeUp([key]).catch((error: unknown) => {
      if (this.stopped || error instanceof NotFound) return;
      if (!(error instanceof Unavailable)) onError(error);
      clock.after(TAKE_UP_AGAIN_MS, () => this.takeUpLater(key));
    });
  }

  private loadTimersLater(): void {
    const { clock, views, onError } = this.parts;
    clock.after(LOAD_TIMERS_EVERY_MS, () => {
      if (this.stopped) return;
      const load = async () => {
        for await (const runs of views.openRuns([...this.owned], clock.now() + TIMERS_AHEAD_MS))
          await this.takeUp(runs);
      };
      load()
        .catch(onError)
        .finally(() => this.loadTimersLater());
    });
  }
}
