import { type RunPage, runWaitsFor } from '@orrery/application';
import { DEFAULT_NAMESPACE, type StreamId, inHands, isOver, nextDue, taskAt, taskId, tasksOf } from '@orrery/domain';
import { historiesOf } from '../checks/history.js';
import type { Cluster } from './cluster.js';
import type { KitWorld } from './kit-world.js';

const LOOK_EVERY_MS = 500;
/** For so long after something was recorded things go wrong, in milliseconds. */
const ACTIVE_MS = 2_000;
/** And for so long before it is said that nothing ever will: the test may have missed an answer, and asks again. */
const STUCK_MS = 60_000;

/** What is to come: something by itself, nothing before a time, or nothing at all. */
export type Outlook = 'more' | 'nothing' | { readonly until: number };

/** Finds out when nothing is to happen any more but what time brings. */
export class Stillness {
  private recordedAt: number;
  private lookedAt = -Infinity;

  constructor(
    private readonly world: KitWorld,
    private readonly cluster: Cluster,
    /** Whether the test waits for an answer that is on its way. */
    private readonly isAsking: () => boolean,
  ) {
    this.recordedAt = world.scheduler.now;
  }

  /** Something was recorded, or fell due. */
  disturbed(): void {
    this.recordedAt = this.world.scheduler.now;
  }

  /** Whether something was just now. */
  get isActive(): boolean {
    return this.world.scheduler.now - this.recordedAt < ACTIVE_MS;
  }

  async outlook(): Promise<Outlook> {
    const { scheduler, waits } = this.world;
    const { now } = scheduler;
    if (now - this.recordedAt < this.world.unseenMs || now - this.lookedAt < LOOK_EVERY_MS) return 'more';
    this.lookedAt = now;
    if (this.isAsking() || !this.cluster.isWell) return 'more';
    const pages = await this.pages();
    // An attempt that no handler is at work on is on its way to one, or from one.
    if (!pages.every((page) => this.areAtWork(page))) return 'more';
    const times = [...pages.map(({ state }) => nextDue(state)), waits.first, ...this.cluster.heartbeatsDue];
    const due = times.filter((at) => at !== undefined);
    if (due.length === 0) return now - this.recordedAt < STUCK_MS ? 'more' : 'nothing';
    const until = Math.min(...due);
    return until > now ? { until } : 'more';
  }

  /** Every run that is not over, and why not, in words. */
  async reasons(): Promise<readonly string[]> {
    return (await this.pages()).map((page) => {
      const types = this.forHandlers(page).map(({ planned: { type } }) => type);
      const missing = types.find((type) => !this.cluster.hasHandler(type));
      const why = missing === undefined ? '' : `; no handler was added for ${missing}`;
      return `${page.plan.name} ${page.started.id}: ${runWaitsFor(page) ?? 'it goes on'}${why}`;
    });
  }

  private async pages(): Promise<readonly RunPage[]> {
    const { runs, database } = this.world;
    const keys = historiesOf(database).map(({ stream }) => ({ namespace: DEFAULT_NAMESPACE, stream }));
    // A run that was deleted has no page.
    const pages = await Promise.all(keys.map((key) => runs.page(key as never).catch(() => undefined)));
    return pages.filter((page) => page !== undefined).filter(({ state }) => !isOver(state));
  }

  /** Whether everything that handlers have to do of a run is being done; for what has no handler nobody does anything. */
  private areAtWork(page: RunPage): boolean {
    return this.forHandlers(page)
      .filter(({ planned }) => this.cluster.hasHandler(planned.type))
      .every(({ id, attempt }) => this.cluster.handlers.areAtWorkOn(id, attempt));
  }

  /** The tasks that are for handlers to do; in a paused run none is handed out. */
  private forHandlers({ state, plan, started }: RunPage) {
    return [...tasksOf(state)]
      .filter(([, task]) => inHands(task) && !task.child && !(state.status === 'paused' && task.status === 'queued'))
      .map(([ordinal, { attempt }]) => ({
        id: taskId(started.id as StreamId, ordinal),
        attempt,
        planned: taskAt(plan, ordinal)!,
      }))
      .filter(({ planned }) => planned.forEach === null);
  }
}
