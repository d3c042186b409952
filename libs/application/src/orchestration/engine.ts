import type { Recorded } from '@orrery/domain';
import type { Aggregate } from '../kernel/aggregate.js';
import type { Following } from '../kernel/follow-shards.js';
import type { HandedOver } from '../kernel/handed-over.js';
import type { CommittedRow } from '../kernel/handle.js';
import type { PerShard } from '../kernel/per-shard.js';
import type { Notice, StreamKey } from '../kernel/ports/log.js';
import type { Changes } from './changes.js';
import type { EngineCommands } from './engine-commands.js';
import type { FollowedLog } from './follow-views.js';
import { mayBeEnd } from './run-endings.js';
import { TakeUpRuns, type TakeUpParts } from './take-up-runs.js';
import type { EventExchange } from './ports/event-exchange.js';
import type { Housekeeping } from './timers/housekeeping.js';
import { kindOf, kindOfEvent } from './stream-kinds.js';
import { TIMERS_AHEAD_MS } from './timers/run-timers.js';
import type { Run } from './workflow-streams.js';

/** Timers are loaded anew this often, before those in memory run out, in milliseconds. */
const LOAD_TIMERS_EVERY_MS = TIMERS_AHEAD_MS / 2;
/** And so soon where that failed: after a machine stood still for long, they may be due already. */
const LOAD_AGAIN_MS = 1_000;

/** How events go out. */
export interface Publishing {
  readonly exchange: EventExchange;
  readonly follow: Following;
  /** What its followers are told of the commits of this process. */
  readonly logs: PerShard<{ readonly handedOver: HandedOver }>;
}

/** What an engine is made of. */
export interface EngineParts extends TakeUpParts {
  readonly follow: Following;
  readonly logs: PerShard<FollowedLog>;
  readonly publishing: Publishing | undefined;
  readonly commands: EngineCommands;
  readonly changes: Changes;
  readonly housekeeping: Housekeeping;
}

/**
 * Owns partitions of the log: decides their commands, hands out their tasks, fires their timers, keeps their views.
 * Everything it knows is rebuilt from the log when it takes a partition over.
 */
export class Engine {
  private unlisten: (() => Promise<void>) | undefined;
  private owned: ReadonlySet<number> = new Set();
  private takingOver: Promise<void> = Promise.resolve();
  private started = false;
  private stopped = false;
  private readonly takeUp: TakeUpRuns;

  constructor(private readonly parts: EngineParts) {
    this.takeUp = new TakeUpRuns(parts, (partition) => this.owns(partition));
  }

  /** Whether this process is to own partitions at all: one that only takes commands and answers questions does not. */
  get isAtWork(): boolean {
    return this.started && !this.stopped;
  }

  /** Resolves when the partitions that were free are owned, and their runs are taken up. */
  async start(): Promise<void> {
    const { kernel, log, commands, dispatcher, share, logs } = this.parts;
    this.started = true;
    kernel.handle.onCommitted((...committed) => this.committed(...committed));
    kernel.handle.onStale((aggregate) => {
      if (this.isRun(aggregate) && this.owns(aggregate.partition)) void this.takeUp.later(aggregate.key);
    });
    dispatcher.isOurs = ({ namespace, workflow }) =>
      this.owns(kernel.aggregates.partitionOf({ namespace, stream: workflow }));
    for (const { foreign } of logs.all) {
      foreign.onForeign = (commit) => (kindOf(commit) === 'workflow' ? this.noticed(commit) : this.changed(commit));
    }
    commands.reconcile = ({ namespace, workflow }) => void this.takeUp.later({ namespace, stream: workflow });
    share.settled = () => this.takingOver;
    this.unlisten = await log.listen((notice) => void this.noticed(notice));
    await kernel.ownership.start((owned) => this.ownershipChanged(owned));
    await this.takingOver;
    this.loadTimersLater();
    share.start();
    this.parts.housekeeping.start();
  }

  /** Hands nothing out any more, commits what is decided, and lets the partitions go. */
  async stop(): Promise<void> {
    const { kernel, commands, share, timers, follow, changes, housekeeping } = this.parts;
    this.stopped = true;
    commands.stop();
    timers.clear();
    changes.stop();
    // Whoever takes runs up reads the log, which is closed when this is done.
    await Promise.all([housekeeping.stop(), share.stop(), this.takingOver]);
    await kernel.handle.idle();
    await Promise.all([follow.stop(), this.stopPublishing()]);
    await this.unlisten?.();
    await kernel.ownership.release();
  }

  private async stopPublishing(): Promise<void> {
    this.parts.publishing?.exchange.stop();
    await this.parts.publishing?.follow.stop();
  }

  /** Something was committed, here or elsewhere: whoever follows the log may look. */
  private pokeFollowers(): void {
    this.parts.follow.poke();
    this.parts.publishing?.follow.poke();
  }

  private isRun(aggregate: Aggregate): boolean {
    return aggregate.type === this.parts.kernel.workflows;
  }

  private owns(partition: number): boolean {
    return this.owned.has(partition) && !this.stopped;
  }

  /** What committed here is acted on at once, by its owner. */
  private committed(aggregate: Aggregate, events: readonly Recorded[], row: CommittedRow): void {
    const { changes, logs, publishing } = this.parts;
    if (this.owns(aggregate.partition)) {
      const { foreign, handedOver } = logs.of(aggregate.partition);
      foreign.committed(aggregate.cursor);
      if (this.isRun(aggregate) || !mayBeLarge(events)) {
        handedOver.add(aggregate, events, row);
        publishing?.logs.of(aggregate.partition).handedOver.add(aggregate, events, row);
      }
      if (this.isRun(aggregate)) this.react(aggregate as unknown as Run, events);
    }
    changes.tell(aggregate.key, mayBeEnd(events));
    this.pokeFollowers();
  }

  private react(run: Run, events: readonly Recorded[]): void {
    const { kernel, dispatch, links, timers } = this.parts;
    const { version } = events.at(-1)!;
    if (run.acted >= version) {
      // It was in the log before its answer came, and was looked at there, maybe with what others wrote after it. What was
      // decided since then stood on memory that lacked that, such as a timer that fell due meanwhile.
      if (run.acted > version) {
        if (run.isIdle) kernel.aggregates.drop(run as never);
        void this.takeUp.later({ ...run.key, version: run.acted });
      }
      return;
    }
    // What was read from the log since, and may be somebody else's, nobody has acted on yet.
    if (run.acted < events[0]!.version - 1) void this.takeUp.later(run.key);
    run.acted = version;
    dispatch.react(run, events);
    links.react(run, events);
    timers.follow(run);
  }

  /**
   * Somebody else committed to a stream of ours: it is read again, and looked at as a whole. Resolves when that is done;
   * false where it is no longer ours to do.
   */
  private async noticed({ namespace, stream, partition, lastVersion }: Notice): Promise<boolean> {
    const { changes } = this.parts;
    const key = { namespace, stream };
    changes.tell(key);
    this.pokeFollowers();
    if (!this.owns(partition)) return false;
    const known = this.dropOlder({ ...key, lastVersion });
    if (known && (known.acted >= lastVersion || !this.isRun(known))) return true;
    // After a take-over, which holds for workers outside what they may hold: a notice of what came before it must not
    // be quicker, and hand that out again.
    await this.takingOver;
    await this.takeUp.later({ ...key, version: lastVersion });
    return this.owns(partition);
  }

  /** Somebody else changed what is no run: it is read again when somebody asks for it. */
  private async changed(commit: StreamKey & { readonly lastVersion: number }): Promise<true> {
    this.dropOlder(commit);
    return true;
  }

  /** Lets go of a stream in memory that lacks what somebody else committed, and says what there was. */
  private dropOlder({ lastVersion, ...key }: StreamKey & { readonly lastVersion: number }): Aggregate | undefined {
    const { aggregates } = this.parts.kernel;
    const known = aggregates.peek(key);
    if (known?.isIdle && known.version < lastVersion) aggregates.drop(known);
    return known;
  }

  private async ownershipChanged(owned: ReadonlySet<number>): Promise<void> {
    const { kernel, dispatcher, share, timers, links, follow, publishing, onError } = this.parts;
    const gained = [...owned].filter((partition) => !this.owned.has(partition));
    const lost = [...this.owned].filter((partition) => !owned.has(partition));
    this.owned = owned;
    // What is in memory of them was true as long as nobody else decided: it is read again.
    const changed = new Set([...gained, ...lost]);
    kernel.aggregates.dropIdle((partition) => changed.has(partition));
    if (lost.length > 0) {
      const isOurs = dispatcher.isOurs;
      dispatcher.keepOnly(isOurs);
      timers.keepOnly(({ namespace, stream }) => isOurs({ namespace, workflow: stream }));
    }
    if (gained.length > 0) links.forget();
    follow.follow(owned);
    publishing?.follow.follow(owned);
    this.takingOver = this.takingOver.then(() => this.takeUp.takeOver(gained));
    if (lost.length > 0) await share.keep().catch(onError);
  }

  /** From the views when they are near, and from the log where something holds them back. */
  private loadTimersLater(ms = LOAD_TIMERS_EVERY_MS): void {
    const { clock, onError } = this.parts;
    clock.after(ms, () => {
      if (this.stopped) return;
      this.takeUp.all([...this.owned]).then(
        () => this.loadTimersLater(),
        (error: unknown) => {
          onError(error);
          this.loadTimersLater(LOAD_AGAIN_MS);
        },
      );
    });
  }
}

/** Dead letters hold whole messages: a flood of them is read from the log, and not kept in memory until the lists have it. */
function mayBeLarge(events: readonly Recorded[]): boolean {
  return kindOfEvent(events[0]!.event.type) === 'dead-letter';
}
