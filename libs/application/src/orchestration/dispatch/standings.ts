import type { Namespace, StreamId } from '@orrery/domain';
import type { Clock } from '../../kernel/ports/clock.js';
import type { TaskOffers } from '../ports/task-offers.js';
import type { SessionRow, WorkerSessions } from '../ports/worker-sessions.js';
import { type QueuedAttempt, attemptKey, queueKey } from './backlog.js';
import type { Dispatcher } from './dispatcher.js';
import { LEASE_MS } from './leases.js';
import { OfferedTasks } from './offered-tasks.js';
import type { WorkerSession } from './worker-session.js';

/** What was read of workers elsewhere is good for so long, in milliseconds. */
const KNOWN_FOR_MS = 1_000;
/** A run is shown without it rather than later: so long it is waited for, in milliseconds. */
const WAIT_MS = 250;
/** So many attempts are looked at to tell how many go before one. */
export const LOOKED_AT_MAX = 10_000;

/** Who could do a queued attempt, and what goes before it. */
export interface Standing {
  /** How many workers take its type, wherever they are connected. */
  readonly workers: number;
  /** Another process has a handler for its type. */
  readonly isDoneElsewhere: boolean;
  /** Who has it, and since when in milliseconds since the epoch: a worker; the broker or the other processes, for any of them. */
  readonly holder: {
    readonly who: 'worker' | 'broker' | 'others';
    readonly name: string;
    readonly since: number;
  } | null;
  /** What goes before it, and how much of that only for its priority. Null: another process knows. */
  readonly before: { readonly all: number; readonly urgent: number } | null;
}

/** Where queued tasks of one run stand, by their ordinal and type. */
export type StandingOf = (ordinal: number, type: string) => Standing;

type Before = ReadonlyMap<number, NonNullable<Standing['before']>>;

interface Others {
  readonly rows: readonly SessionRow[];
  readonly takers: ReadonlySet<string>;
}

/** Tells what nobody records: who is there to do what waits, and in which order it will be done. */
export class Standings {
  private others: Promise<Others | undefined> = Promise.resolve(undefined);
  private readAt = -Infinity;

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly sessions: WorkerSessions,
    private readonly offers: TaskOffers,
    private readonly clock: Clock,
  ) {}

  /** Of a run's tasks; nothing where it cannot be told just now who is connected elsewhere. */
  async of(namespace: Namespace, workflow: StreamId): Promise<StandingOf | undefined> {
    const others = await this.atMost(WAIT_MS, this.othersNow());
    if (!others) return undefined;
    const known = new Map<
      string,
      { readonly line: Before; readonly takers: Pick<Standing, 'workers' | 'isDoneElsewhere'> }
    >();
    return (ordinal, type) => {
      const queue = queueKey(namespace, type);
      let ofType = known.get(type);
      if (!ofType) {
        const takers = {
          workers: this.workersOf(namespace, type, others.rows),
          isDoneElsewhere: others.takers.has(queue),
        };
        known.set(type, (ofType = { line: this.lineOf(queue, workflow), takers }));
      }
      const holder = this.holderOf({ namespace, workflow, ordinal });
      return { ...ofType.takers, holder, before: ofType.line.get(ordinal) ?? null };
    };
  }

  private async atMost<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
    let cancel: () => void = () => undefined;
    const late = new Promise<undefined>((resolve) => (cancel = this.clock.after(ms, () => resolve(undefined))));
    return Promise.race([work, late]).finally(() => cancel());
  }

  private othersNow(): Promise<Others | undefined> {
    const now = this.clock.now();
    if (now - this.readAt < KNOWN_FOR_MS) return this.others;
    this.readAt = now;
    const rows = this.sessions.seenSince(now - LEASE_MS);
    // Whoever cannot say so is left out: it is said again with the next question.
    this.others = Promise.all([rows, this.offers.takers()]).then(
      ([rows, takers]) => ({ rows, takers }),
      () => undefined,
    );
    return this.others;
  }

  private workersOf(namespace: Namespace, type: string, rows: readonly SessionRow[]): number {
    const here = [...this.dispatcher.connected(queueKey(namespace, type))].filter(isWorker);
    const elsewhere = rows.filter((row) => row.namespace === namespace && row.types.includes(type));
    return new Set([...here, ...elsewhere].map(({ workerId }) => workerId)).size;
  }

  private holderOf(task: Pick<QueuedAttempt, 'namespace' | 'workflow' | 'ordinal'>): Standing['holder'] {
    const lease = this.dispatcher.leases.get(attemptKey(task));
    if (!lease) return null;
    const isOffered = lease.session instanceof OfferedTasks || lease.workerId === null;
    const who = lease.posted ? 'broker' : isOffered ? 'others' : 'worker';
    return { who, name: lease.workerId ?? '', since: lease.handedAt };
  }

  /** What goes before each attempt of a run in a queue. */
  private lineOf(queue: string, workflow: StreamId): Before {
    const line = new Map<number, { all: number; urgent: number }>();
    const ofPriority = new Map<number, number>();
    let all = 0;
    for (const attempt of this.dispatcher.backlog.inOrder(queue, LOOKED_AT_MAX)) {
      const { priority, ordinal } = attempt;
      if (attempt.workflow === workflow) line.set(ordinal, { all, urgent: above(priority, ofPriority) });
      ofPriority.set(priority, (ofPriority.get(priority) ?? 0) + 1);
      all += 1;
    }
    return line;
  }
}

/** Two kinds of session stand for workers that are counted elsewhere. */
function isWorker(session: WorkerSession): boolean {
  return !session.posts && !(session instanceof OfferedTasks);
}

function above(priority: number, counts: ReadonlyMap<number, number>): number {
  return [...counts].reduce((sum, [each, count]) => (each > priority ? sum + count : sum), 0);
}
