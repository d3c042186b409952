import { CompleteTask, FailTask, type Json, type ReportedFailure, Refused } from '@orrery/domain';
import type { Aggregates } from '../../kernel/aggregates.js';
import type { Answer } from '../../kernel/envelope.js';
import type { Clock } from '../../kernel/ports/clock.js';
import type { Entropy } from '../../kernel/ports/entropy.js';
import type { StreamType } from '../../kernel/stream-type.js';
import type { EngineCommands, RunAddress } from '../engine-commands.js';
import type { Run } from '../workflow-streams.js';
import { type Backlog, type QueuedAttempt, attemptKey, idOf, queueKey } from './backlog.js';
import { prepare, startsAtOnce } from './hand-out.js';
import { type Lease, type Leases, startOf } from './leases.js';
import { type Speaker, newLease, takenBy, unheard } from './new-lease.js';
import { WatchLeases } from './watch-leases.js';
import { type HandedTask, type WorkerSession, nextFree } from './worker-session.js';

/** How long an attempt waits when its run cannot be read, in milliseconds. */
const AGAIN_MS = 500;

/** What a worker says of an attempt: which one, and by which lease. */
export interface Report extends Pick<QueuedAttempt, 'namespace' | 'workflow' | 'ordinal'> {
  readonly leaseToken: string;
  /** Who it is, where that may not be known yet: it has the attempt from a broker. */
  readonly workerId?: string;
  readonly outcome: { readonly output: Json } | { readonly error: ReportedFailure };
}

/** Brings what waits and who is free together, and remembers who holds what. */
export class Dispatcher {
  private readonly sessions = new Map<string, Set<WorkerSession>>();
  readonly watch: WatchLeases;
  private matching = false;
  /** Whether this process may hand out the tasks of a run; set by the engine, which knows. */
  isOurs: (run: RunAddress) => boolean = () => true;

  constructor(
    readonly backlog: Backlog,
    readonly leases: Leases,
    private readonly aggregates: Aggregates,
    private readonly commands: EngineCommands,
    private readonly workflows: StreamType,
    private readonly clock: Clock,
    private readonly entropy: Entropy,
  ) {
    // What is done in this process is looked after here, also where the run is another owner's.
    const isWatched = (lease: Lease) => lease.session?.isLocal === true || this.isOurs(lease);
    this.watch = new WatchLeases({ leases, commands, clock }, isWatched, (lease) => this.waitAgain(lease, true));
  }

  /** A worker is there, and gets tasks as soon as it has room for some. One that has ended, and came late, does not. */
  connect(session: WorkerSession): void {
    if (session.ended) return;
    for (const type of session.types) {
      const name = queueKey(session.namespace, type);
      let set = this.sessions.get(name);
      if (!set) this.sessions.set(name, (set = new Set()));
      set.add(session);
    }
    this.matchSoon();
  }

  /** A worker is gone. What it holds is kept for the length of a lease, unless it died with this process's consent. */
  disconnect(session: WorkerSession): void {
    for (const type of session.types) {
      const name = queueKey(session.namespace, type);
      const set = this.sessions.get(name);
      set?.delete(session);
      if (set?.size === 0) this.sessions.delete(name);
    }
  }

  /** The workers that are connected now: all, or those that take from a queue. */
  connected(queue?: string): ReadonlySet<WorkerSession> {
    if (queue !== undefined) return this.sessions.get(queue) ?? new Set();
    return new Set([...this.sessions.values()].flatMap((set) => [...set]));
  }

  /** A session has room again. */
  freed(): void {
    this.matchSoon();
  }

  /** An attempt wants to be handed out. */
  offer(attempt: QueuedAttempt): void {
    if (this.leases.get(attempt.key)?.attempt === attempt.attempt) return;
    this.backlog.add(attempt);
    if (this.sessions.has(queueKey(attempt.namespace, attempt.type))) this.matchSoon();
  }

  /** Lets go of what waits and what is held outside in every run but these: it is another owner's. */
  keepOnly(isMeant: (run: RunAddress) => boolean): void {
    this.backlog.keepOnly(isMeant);
    this.leases.keepOnly(isMeant);
  }

  /** An attempt ended, by whatever hand: it is neither waiting nor held any more. */
  ended(attempt: Pick<QueuedAttempt, 'namespace' | 'workflow' | 'ordinal' | 'attempt'>): void {
    const key = attemptKey(attempt);
    this.backlog.remove(key, attempt.attempt);
    const lease = this.leases.end(key, attempt.attempt);
    if (lease && !lease.reported) lease.session?.cancel(idOf(lease), lease.attempt);
  }

  /**
   * The end of an attempt, as its worker tells it. The first one that holds the lease counts. When it began, in
   * milliseconds since the epoch, is known better by a worker that says so.
   */
  report(report: Report, startedAt?: number): Promise<Answer> {
    return this.commands.send(report, this.commandOf(report, startedAt));
  }

  /** The same for work in this process: told until it is decided, for nobody else knows how the attempt ended. */
  reportUntilDone(report: Report, key: string, done: () => void): void {
    const command = this.commandOf(report, undefined, key);
    this.commands.sendUntilDone(report, command, () => {
      // Where the run is another owner's, nobody else here hears that the attempt has ended.
      this.leases.end(key, command.data.attempt);
      done();
    });
  }

  private commandOf(report: Report, startedAt?: number, key = attemptKey(report)): CompleteTask | FailTask {
    const { lease, attempt } = this.held(report, key);
    const { ordinal: task, leaseToken, outcome, workerId } = report;
    if (lease) this.reported(lease, { workerId, startedAt });
    // Work inside this process needs no proof of who did it.
    const proof = lease?.session?.isLocal ? undefined : leaseToken;
    const start = lease && startOf(lease, startedAt);
    const { startedAt: began, worker } = start ?? {};
    return 'output' in outcome
      ? new CompleteTask({ task, attempt, lease: proof, startedAt: began, worker, output: outcome.output })
      : new FailTask({ task, attempt, lease: proof, startedAt: began, worker, error: outcome.error });
  }

  private reported(lease: Lease, by: Speaker): void {
    lease.reported = true;
    if (lease.posted) this.taken(lease, by);
  }

  /** A sign of life of one attempt; refused when the attempt no longer is the worker's. Null: another owner knows it. */
  heartbeat(report: Omit<Report, 'outcome'>): Pick<Lease, 'workerId' | 'cancelled'> | null {
    const { lease } = this.alive(report);
    if (!lease) return null;
    lease.beatAt = lease.heartbeatAt = this.clock.now();
    return lease;
  }

  /** A session lists an attempt that it holds: that keeps its lease, and no more. Refused as a heartbeat is. */
  beat(report: Omit<Report, 'outcome'>, session: WorkerSession, startedAt?: number): Pick<Lease, 'cancelled'> | null {
    const { lease } = this.alive(report);
    if (!lease) return null;
    lease.beatAt = this.clock.now();
    lease.session = session;
    if (lease.posted) this.taken(lease, { workerId: session.workerId, startedAt: startedAt ?? this.clock.now() });
    return lease;
  }

  /** What was given to a broker came back: nobody read it in time, or whoever did gave it back. */
  cameBack(report: Omit<Report, 'outcome'>, wasRead: boolean): void {
    const lease = this.leases.get(attemptKey(report));
    if (!lease?.posted || lease.token !== report.leaseToken) return;
    // It goes round so often and no more: it may be what ends whoever reads it.
    if (wasRead && !lease.offerAgain) this.watch.lose(lease);
    else this.waitAgain(lease, wasRead);
  }

  private taken(lease: Lease, by: Speaker): void {
    const { startsAtOnce } = takenBy(lease, by, this.clock.now());
    if (startsAtOnce && !lease.reported) this.watch.reportStart(lease);
  }

  /** Nobody is known to hold it: it waits again, where it waited before, if its run still wants it. */
  private waitAgain(lease: Lease, wasTried: boolean): void {
    const { posted } = lease;
    const key = attemptKey(lease);
    this.leases.end(key, lease.attempt);
    if (posted) {
      lease.session?.cancel(idOf(lease), lease.attempt);
      this.offer(wasTried ? { ...posted.attempt, unheard: unheard(posted.attempt) } : posted.attempt);
    }
    this.commands.reconcile(lease);
  }

  /** Every attempt of our own that is in somebody's hands has a lease: one without has ended. */
  private alive(report: Omit<Report, 'outcome'>) {
    const held = this.held(report);
    if (!held.lease && this.isOurs(report)) throw leaseLost();
    return held;
  }

  /** The lease that a token proves: refused when somebody else holds the attempt, or another one is under way. */
  private held(
    report: Omit<Report, 'outcome'>,
    key = attemptKey(report),
  ): { lease: Lease | undefined; attempt: number } {
    const attempt = parseInt(report.leaseToken, 10);
    const lease = this.leases.get(key);
    if (!Number.isSafeInteger(attempt) || attempt < 1) throw leaseLost();
    if (!lease) return { lease, attempt };
    if (lease.attempt !== attempt) throw leaseLost();
    // An attempt that an earlier owner handed out is whose who first speaks of it.
    lease.token ??= report.leaseToken;
    if (lease.token !== report.leaseToken) throw leaseLost();
    return { lease, attempt };
  }

  private matchSoon(): void {
    if (this.matching) return;
    this.matching = true;
    this.clock.next(() => {
      this.matching = false;
      this.match();
    });
  }

  private match(): void {
    const handed = new Map<WorkerSession, HandedTask[]>();
    for (const name of this.backlog.queueNames()) {
      const sessions = this.sessions.get(name);
      if (!sessions) continue;
      for (let session = nextFree(sessions); session; session = nextFree(sessions)) {
        const attempt = this.backlog.take(name);
        if (!attempt) break;
        if (!this.isOurs(attempt)) continue;
        session.free -= 1;
        this.handOut(attempt, session, handed);
      }
    }
    for (const [session, tasks] of handed) session.deliver(tasks);
  }

  private handOut(attempt: QueuedAttempt, session: WorkerSession, handed: Map<WorkerSession, HandedTask[]>): void {
    const run = this.aggregates.peek({ namespace: attempt.namespace, stream: attempt.workflow });
    if (run) {
      const task = this.lease(attempt, run as unknown as Run, session);
      if (!task) return;
      const tasks = handed.get(session);
      if (tasks) tasks.push(task);
      else handed.set(session, [task]);
      return;
    }
    this.aggregates.load({ namespace: attempt.namespace, stream: attempt.workflow }, this.workflows).then(
      (loaded) => {
        // Who waited for it may have gone meanwhile.
        if (session.ended) return this.offer(attempt);
        if (!this.isOurs(attempt)) return void (session.free += 1);
        const task = this.lease(attempt, loaded as unknown as Run, session);
        if (task) session.deliver([task]);
      },
      // The log cannot be read just now.
      () => this.waitOn(attempt, session),
    );
  }

  /** It cannot be handed out just now: it waits on, and the session is free. */
  private waitOn(attempt: QueuedAttempt, session: WorkerSession): void {
    session.free += 1;
    this.clock.after(AGAIN_MS, () => this.offer(attempt));
  }

  /** Leases an attempt to a session; one that is over, or whose input fails, leaves the session free. */
  private lease(attempt: QueuedAttempt, run: Run, session: WorkerSession): HandedTask | undefined {
    const now = this.clock.now();
    const token = session.isLocal ? String(attempt.attempt) : `${attempt.attempt}.${this.randomToken()}`;
    const prepared = prepare(attempt, run, { token, isWatched: session.isLocal || session.watchesItself }, now);
    if (prepared === 'behind') return void this.waitOn(attempt, session);
    if (prepared === null || 'failure' in prepared) {
      session.free += 1;
      this.matchSoon();
      if (prepared) this.failInput(attempt, prepared.failure);
      return undefined;
    }
    const lease = newLease({ attempt, planned: prepared.planned, run, token }, session, now);
    this.leases.add(attempt.key, lease);
    if (!lease.posted && startsAtOnce(prepared.planned.timeouts)) this.watch.reportStart(lease);
    this.watch.later();
    return prepared.task;
  }

  /** Looks through the leases, as long as there are any. */
  lookLater(): void {
    this.watch.later();
  }

  private randomToken(): string {
    return Buffer.from(this.entropy.bytes(9)).toString('base64url');
  }

  private failInput(attempt: QueuedAttempt, error: ReportedFailure): void {
    const { ordinal, attempt: number } = attempt;
    this.commands.sendUntilDone(
      attempt,
      new FailTask({ task: ordinal, attempt: number, error: { ...error, retryable: false } }),
    );
  }
}

function leaseLost(): Refused {
  return new Refused('task.lease-lost', 'another attempt of this task is under way, or another worker holds it');
}
