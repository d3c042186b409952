import type { Dispatcher, SeenWorkers, SessionRow, WorkerSession } from '@orrery/application';
import type { Namespace } from '@orrery/domain';

/** A worker as operators see it. */
export interface WorkerOverview extends Omit<SessionRow, 'namespace' | 'transport' | 'lastSeenAt'> {
  readonly transport: SessionRow['transport'] | 'inside';
  /** How many attempts it holds, of those that this process handed out. */
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

/** Who is there to work and what there is to do, from what this process knows: its own partitions, and who was seen. */
export class WorkOverview {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly seen: SeenWorkers,
    private readonly now: () => number,
  ) {}

  async workers(namespace: Namespace): Promise<readonly WorkerOverview[]> {
    const busy = countBy(this.leasesIn(namespace), ({ workerId }) => workerId ?? '');
    const remote = (await this.seen.alive()).filter((row) => row.namespace === namespace);
    const inside = [...this.dispatcher.connected()].filter((one) => one.isLocal && one.namespace === namespace);
    const workers = [
      ...inside.map((session) => this.insideOverview(session, busy.get(session.workerId) ?? 0)),
      ...remote.map(({ namespace: _, ...row }) => ({ ...row, busy: busy.get(row.workerId) ?? 0 })),
    ];
    return workers.sort((a, b) => (a.workerId < b.workerId ? -1 : 1));
  }

  async queues(namespace: Namespace): Promise<readonly QueueOverview[]> {
    const depths = [...this.dispatcher.backlog.depths()].filter((depth) => depth.namespace === namespace);
    const waiting = new Map(depths.map((depth) => [depth.type, depth]));
    const held = countBy(this.leasesIn(namespace), ({ type }) => type);
    const workers = countBy(
      (await this.workers(namespace)).flatMap(({ types }) => types),
      (type) => type,
    );
    const types = [...new Set([...waiting.keys(), ...held.keys(), ...workers.keys()])].sort();
    return types.map((type) => ({
      type,
      waiting: waiting.get(type)?.waiting ?? 0,
      oldestAt: waiting.get(type)?.oldestQueuedAt ?? null,
      held: held.get(type) ?? 0,
      workers: workers.get(type) ?? 0,
    }));
  }

  private insideOverview({ workerId, types, free }: WorkerSession, busy: number): WorkerOverview {
    return { workerId, types: [...types], transport: 'inside', slots: free + busy, busy, lastSeenAt: this.now() };
  }

  private leasesIn(namespace: Namespace) {
    return [...this.dispatcher.leases.all()].filter((lease) => lease.namespace === namespace);
  }
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
