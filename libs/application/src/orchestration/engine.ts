import type { Recorded } from '@orrery/domain';
import type { Aggregate } from '../kernel/aggregate.js';
import type { Follow } from '../kernel/follow.js';
import type { HandedOver } from '../kernel/handed-over.js';
import { type Notice } from '../kernel/ports/log.js';
import type { Changes } from './changes.js';
import type { EngineCommands } from './engine-commands.js';
import { TakeUpRuns, type TakeUpParts } from './take-up-runs.js';
import type { Housekeeping } from './timers/housekeeping.js';
import { TIMERS_AHEAD_MS } from './timers/run-timers.js';
import type { WatchForeignCommits } from './reactions/watch-foreign-commits.js';
import type { Run } from './workflow-streams.js';

/** Timers are loaded anew this often, before those in memory run out, in milliseconds. */
const LOAD_TIMERS_EVERY_MS = TIMERS_AHEAD_MS / 2;

/** What an engine is made of. */
export interface EngineParts extends TakeUpParts {
  readonly follow: Follow;
  readonly foreign: WatchForeignCommits;
  readonly handedOver: HandedOver;
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
  private stopped = false;
  private readonly takeUp: TakeUpRuns;

  constructor(private readonly parts: EngineParts) {
    this.takeUp = new TakeUpRuns(parts, (partition) => this.owns(partition));
  }

  /** Resolves when the partitions that were free are owned, and their runs are taken up. */
  async start(): Promise<void> {
    const { kernel, log, commands, dispatcher, share, foreign } = this.parts;
    kernel.handle.onCommitted((aggregate, events) => this.committed(aggregate, events));
    kernel.handle.onStale((aggregate) => {
      if (this.isRun(aggregate) && this.owns(aggregate.partition)) this.takeUp.later(aggregate.key);
    });
    dispatcher.isOurs = ({ namespace, workflow }) =>
      this.owns(kernel.aggregates.partitionOf({ namespace, stream: workflow }));
    foreign.onForeign = (commit) => this.noticed(commit);
    commands.reconcile = ({ namespace, workflow }) => this.takeUp.later({ namespace, stream: workflow });
    share.settled = () => this.takingOver;
    this.unlisten = await log.listen((notice) => this.noticed(notice));
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
    await Promise.all([housekeeping.stop(), share.stop()]);
    await kernel.handle.idle();
    await follow.stop();
    await this.unlisten?.();
    await kernel.ownership.release();
  }

  private isRun(aggregate: Aggregate): boolean {
    return aggregate.type === this.parts.kernel.workflows;
  }

  private owns(partition: number): boolean {
    return this.owned.has(partition) && !this.stopped;
  }

  /** What committed here is acted on at once, by its owner. */
  private committed(aggregate: Aggregate, events: readonly Recorded[]): void {
    const { changes, follow, foreign, handedOver } = this.parts;
    if (this.owns(aggregate.partition)) {
      foreign.committed(aggregate.cursor);
      handedOver.add(aggregate, events);
      if (this.isRun(aggregate)) this.react(aggregate as unknown as Run, events);
    }
    changes.tell(aggregate.key);
    follow.poke();
  }

  private react(run: Run, events: readonly Recorded[]): void {
    const { dispatch, links, timers } = this.parts;
    // What was read from the log since, and may be somebody else's, nobody has acted on yet.
    if (run.acted < events[0]!.version - 1) this.takeUp.later(run.key);
    run.acted = events.at(-1)!.version;
    dispatch.react(run, events);
    links.react(run, events);
    timers.follow(run);
  }

  /** Somebody else committed to a stream of ours: it is read again, and looked at as a whole. */
  private noticed({ namespace, stream, partition, lastVersion }: Notice): void {
    const { kernel, changes, follow } = this.parts;
    const key = { namespace, stream };
    changes.tell(key);
    follow.poke();
    if (!this.owns(partition)) return;
    const known = kernel.aggregates.peek(key);
    if (known && (known.acted >= lastVersion || !this.isRun(known))) return;
    if (known?.isIdle && known.version < lastVersion) kernel.aggregates.drop(known);
    // After a take-over, which holds for workers outside what they may hold: a notice of what came before it must not
    // be quicker, and hand that out again.
    void this.takingOver.then(() => this.takeUp.later(key));
  }

  private async ownershipChanged(owned: ReadonlySet<number>): Promise<void> {
    const { kernel, dispatcher, share, timers, follow, onError } = this.parts;
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
    follow.follow(owned);
    this.takingOver = this.takingOver.then(() => this.takeUp.takeOver(gained));
    if (lost.length > 0) await share.keep().catch(onError);
  }

  /** From the views when they are near, and from the log where something holds them back. */
  private loadTimersLater(): void {
    const { clock, onError } = this.parts;
    clock.after(LOAD_TIMERS_EVERY_MS, () => {
      if (this.stopped) return;
      this.takeUp
        .all([...this.owned])
        .catch(onError)
        .finally(() => this.loadTimersLater());
    });
  }
}
