import { type Namespace, type StreamId, type WorkflowState, hasEnded, tasksOf } from '@orrery/domain';
import type { Clock } from '../../kernel/ports/clock.js';
import type { TaskAddress, TaskOffers } from '../ports/task-offers.js';
import type { SessionRow, WorkerSessions } from '../ports/worker-sessions.js';
import { attemptKey, queueKey } from './backlog.js';
import type { Dispatcher } from './dispatcher.js';
import { LEASE_MS } from './leases.js';
import { OfferedTasks } from './offered-tasks.js';
import type { WorkerSession } from './worker-session.js';

/** What was read of workers elsewhere is good for so long, in milliseconds. */
const KNOWN_FOR_MS = 1_000;
/** A run is shown without it rather than later: so long it is waited for, in milliseconds. */
const WAIT_MS = 250;
/** So many attempts are looked at to tell how many go before one. */
const LOOKED_AT_MAX = 10_000;

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

/** What goes before each attempt of a queue, by its task. */
type Line = ReadonlyMap<string, NonNullable<Standing['before']>>;

/** What was read of workers elsewhere, and made of it since, by queue. */
interface Known {
  readonly rows: readonly SessionRow[];
  readonly takers: ReadonlySet<string>;
  readonly queues: Map<string, { readonly line: Line; readonly workers: number }>;
}

/** Tells what nobody records: who is there to do what waits, and in which order it will be done. */
export class Standings {
  private known: Promise<Known | undefined> = Promise.resolve(undefined);
  private readAt = -Infinity;

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly sessions: WorkerSessions,
    private readonly offers: TaskOffers,
    private readonly clock: Clock,
  ) {}

  /** How the queued tasks of a run stand just now; undefined if it has none, or it cannot be told who is connected. */
  async of(namespace: Namespace, state: WorkflowState): Promise<StandingOf | undefined> {
    const known = hasQueued(state) ? await this.atMost(WAIT_MS, this.knownNow()) : undefined;
    if (!known) return undefined;
    return (ordinal, type) => {
      const task = { namespace, workflow: state.id as StreamId, ordinal };
      return this.standing(task, queueKey(namespace, type), known);
    };
  }

  private standing(task: TaskAddress, queue: string, { rows, takers, queues }: Known): Standing {
    let known = queues.get(queue);
    if (!known) queues.set(queue, (known = { line: this.lineOf(queue), workers: this.workersOf(queue, rows) }));
    const { line, workers } = known;
    const before = line.get(attemptKey(task)) ?? null;
    return { workers, isDoneElsewhere: takers.has(queue), holder: this.holderOf(task), before };
  }

  private async atMost<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
    let cancel: () => void = () => undefined;
    const late = new Promise<undefined>((resolve) => (cancel = this.clock.after(ms, () => resolve(undefined))));
    return Promise.race([work, late]).finally(() => cancel());
  }

  private knownNow(): Promise<Known | undefined> {
    const now = this.clock.now();
    if (now - this.readAt < KNOWN_FOR_MS) return this.known;
    this.readAt = now;
    // Whoever cannot say so is left out: it is asked again with the next question but a second later.
    this.known = Promise.all([this.sessions.seenSince(now - LEASE_MS), this.offers.takers()]).then(
      ([rows, takers]) => ({ rows, takers, queues: new Map() }),
      () => undefined,
    );
    return this.known;
  }

  private workersOf(queue: string, rows: readonly SessionRow[]): number {
    const here = [...this.dispatcher.connected(queue)].filter(isWorker);
    const elsewhere = rows.filter((row) => row.types.some((type) => queueKey(row.namespace, type) === queue));
    return new Set([...here, ...elsewhere].map(({ workerId }) => workerId)).size;
  }

  private holderOf(task: TaskAddress): Standing['holder'] {
    const lease = this.dispatcher.leases.get(attemptKey(task));
    if (!lease) return null;
    const isOffered = lease.session instanceof OfferedTasks || lease.workerId === null;
    const who = lease.posted ? 'broker' : isOffered ? 'others' : 'worker';
    return { who, name: lease.workerId ?? '', since: lease.handedAt };
  }

  private lineOf(queue: string): Line {
    const line = new Map<string, { all: number; urgent: number }>();
    const ofPriority = new Map<number, number>();
    for (const { key, priority } of this.dispatcher.backlog.inOrder(queue, LOOKED_AT_MAX)) {
      line.set(key, { all: line.size, urgent: above(priority, ofPriority) });
      ofPriority.set(priority, (ofPriority.get(priority) ?? 0) + 1);
    }
    return line;
  }
}

function hasQueued(state: WorkflowState): boolean {
  if (hasEnded(state.status!)) return false;
  for (const [, { status }] of tasksOf(state)) if (status === 'queued') return true;
  return false;
}

/** Two kinds of session stand for workers that are counted elsewhere. */
function isWorker(session: WorkerSession): boolean {
  return !session.posts && !(session instanceof OfferedTasks);
}

function above(priority: number, counts: ReadonlyMap<number, number>): number {
  return [...counts].reduce((sum, [each, count]) => (each > priority ? sum + count : sum), 0);
}
