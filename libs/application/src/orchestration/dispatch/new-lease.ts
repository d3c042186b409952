import { type PlannedTask, taskOf } from '@orrery/domain';
import type { Run } from '../workflow-streams.js';
import type { QueuedAttempt } from './backlog.js';
import { startsAtOnce } from './hand-out.js';
import { LEASE_MS, type Lease, type Posted } from './leases.js';
import type { WorkerSession } from './worker-session.js';

/** How long after the length of a lease the last beat may come of what was read at its end. */
const LATE_BEAT_MS = LEASE_MS / 3;
/** An attempt is given to a broker so often before it counts as lost that nobody speaks of it. */
const POSTED_MAX = 3;

/** What is leased: an attempt of a run, as its plan has it, and the proof of holding it. */
export interface Leased {
  readonly attempt: QueuedAttempt;
  readonly planned: PlannedTask;
  readonly run: Run;
  readonly token: string;
}

/** The lease of an attempt that is handed to a session now. */
export function newLease({ attempt, planned, run, token }: Leased, session: WorkerSession, now: number): Lease {
  const { timeouts } = planned;
  const { posts, watchesItself } = session;
  // Written out: one is made for every task that is handed out.
  return {
    namespace: attempt.namespace,
    workflow: attempt.workflow,
    ordinal: attempt.ordinal,
    attempt: attempt.attempt,
    type: attempt.type,
    token,
    workerId: session.workerId,
    posted: posts ? { attempt, startsAtOnce: startsAtOnce(timeouts), runMs: timeouts.runMs } : null,
    session,
    handedAt: now,
    startReported: watchesItself || taskOf(run.state, attempt.ordinal).status === 'running',
    reported: false,
    cancelled: false,
    beatAt: posts ? now + LATE_BEAT_MS : now,
    heartbeatAt: now,
    heartbeatMs: watchesItself ? null : timeouts.heartbeatMs,
    // A broker may have lost it before anybody read it.
    offerAgain: posts && unheard(attempt) < POSTED_MAX,
  };
}

/** Who speaks of an attempt, and when it says that the work began. */
export interface Speaker {
  readonly workerId?: string;
  readonly startedAt?: number;
}

/** A worker speaks for the first time of what was given to a broker: from now on it is that worker's. */
export function takenBy(lease: Lease, { workerId, startedAt }: Speaker, now: number): Pick<Posted, 'startsAtOnce'> {
  const { startsAtOnce } = lease.posted!;
  lease.posted = null;
  lease.offerAgain = false;
  lease.workerId = workerId ?? lease.workerId;
  // Clocks differ: it began after it was posted, and has begun by now.
  lease.handedAt = Math.min(now, Math.max(lease.handedAt, startedAt ?? 0));
  lease.beatAt = lease.heartbeatAt = now;
  return { startsAtOnce };
}

/** How often it was given to a broker and nobody spoke of it, the last time included. */
export function unheard(attempt: QueuedAttempt): number {
  return (attempt.unheard ?? 0) + 1;
}
