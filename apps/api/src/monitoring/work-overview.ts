import type { Dispatcher, SeenWorkers, SessionRow, ViewReader, WorkCount, WorkerSession } from '@orrery/application';
import type { Namespace } from '@orrery/domain';

/** A worker as operators see it. */
export interface WorkerOverview extends Omit<SessionRow, 'namespace' | 'transport' | 'lastSeenAt'> {
  readonly transport: SessionRow['transport'] | 'inside';
  /** How many attempts it holds. */
  readonly busy: number;
  readonly lastSeenAt: number;
}

/** A queue as operators see it: what waits, what is in hands, and who could take more. */
export interface QueueOverview {
  readonly type: string;
  readonly waiting: number;
  /** When what waits longest was queued; null if nothing waits. */
  readonly oldestAt: number | null;
  readonly held: number;
  readonly workers: number;
}

export interface WorkOverviewParts {
  readonly dispatcher: Dispatcher;
  readonly seen: SeenWorkers;
  readonly views: ViewReader;
  /** Whether all tasks there are, are this process's to hand out. */
  readonly ownsAll: () => boolean;
  readonly now: () => number;
}

/**
 * Who is there to work and what there is to do: what a process that hands out all tasks remembers, where there is one; the
 * lists else, which come a little later and hear of a worker when it has had a task for a second.
 */
export class WorkOverview {
  constructor(private readonly parts: WorkOverviewParts) {}

  async workers(namespace: Namespace): Promise<readonly WorkerOverview[]> {
    return this.workersOf(namespace, await this.work(namespace));
  }

  async queues(namespace: Namespace): Promise<readonly QueueOverview[]> {
    const work = await this.work(namespace);
    const waits = work.filter(({ worker }) => worker === null);
    const waiting = sums(waits, ({ type }) => type);
    const held = sums(
      work.filter(({ worker }) => worker !== null),
      ({ type }) => type,
    );
    const workers = sums(
      (await this.workersOf(namespace, work)).flatMap(({ types }) => types.map((type) => ({ type, count: 1 }))),
      ({ type }) => type,
    );
    const types = [...new Set([...waiting.keys(), ...held.keys(), ...workers.keys()])].sort();
    return types.map((type) => ({
      type,
      waiting: waiting.get(type) ?? 0,
      oldestAt: oldestOf(waits.filter((each) => each.type === type)),
      held: held.get(type) ?? 0,
      workers: workers.get(type) ?? 0,
    }));
  }

  private async workersOf(namespace: Namespace, work: readonly WorkCount[]): Promise<readonly WorkerOverview[]> {
    const { seen, dispatcher } = this.parts;
    const remote = (await seen.alive()).filter((row) => row.namespace === namespace);
    const inside = [...dispatcher.connected()].filter((one) => one.isLocal && one.namespace === namespace);
    // What its own workers do a process knows best.
    const busyInside = sums(this.ownWork(namespace), ({ worker }) => worker);
    const busy = sums(work, ({ worker }) => worker);
    const workers = [
      ...inside.map((session) => this.insideOverview(session, busyInside.get(session.workerId) ?? 0)),
      ...remote.map(({ namespace: _, ...row }) => ({ ...row, busy: busy.get(row.workerId) ?? 0 })),
    ];
    return workers.sort((a, b) => (a.workerId < b.workerId ? -1 : 1));
  }

  private async work(namespace: Namespace): Promise<readonly WorkCount[]> {
    return this.parts.ownsAll() ? this.ownWork(namespace) : this.parts.views.countWork(namespace);
  }

  private ownWork(namespace: Namespace): readonly WorkCount[] {
    const { backlog, leases } = this.parts.dispatcher;
    const depths = [...backlog.depths()].filter((depth) => depth.namespace === namespace);
    const held = [...leases.all()].filter((lease) => lease.namespace === namespace);
    return [
      ...depths.map(({ type, waiting: count, oldestQueuedAt: oldestAt }) => ({ type, worker: null, count, oldestAt })),
      ...held.map(({ type, workerId, handedAt: oldestAt }) => ({
        ...{ type, worker: workerId ?? NOBODY_KNOWN, count: 1, oldestAt },
      })),
    ];
  }

  private insideOverview({ workerId, types, free }: WorkerSession, busy: number): WorkerOverview {
    return { workerId, types: [...types], transport: 'inside', slots: free + busy, busy, lastSeenAt: this.parts.now() };
  }
}

/** Who holds what lies with a broker, or was handed out by an earlier owner. */
const NOBODY_KNOWN = '';

function sums<Key, Item extends { readonly count: number }>(items: readonly Item[], keyOf: (item: Item) => Key) {
  const found = new Map<Key, number>();
  for (const item of items) found.set(keyOf(item), (found.get(keyOf(item)) ?? 0) + item.count);
  return found;
}

function oldestOf(work: readonly WorkCount[]): number | null {
  return work.length === 0 ? null : Math.min(...work.map(({ oldestAt }) => oldestAt));
}
