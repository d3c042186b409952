import type { Namespace, StreamId } from '@orrery/domain';
import { SteadyMap } from '../../kernel/steady-map.js';
import type { QueuedAttempt } from './backlog.js';
import type { WorkerSession } from './worker-session.js';

/** How long an attempt without a beat of its worker is still counted as held, in milliseconds. */
export const LEASE_MS = 15_000;
/** An attempt that is still running after so long reports its start; a shorter one reports it with its end. */
export const START_REPORTED_AFTER_MS = 1_000;

/** What lies with a broker, for whichever worker reads it first; or with one that has not spoken of it yet. */
export interface Posted {
  /** The attempt as it waited before. */
  readonly attempt: QueuedAttempt;
  /** Whether its start is to be told at once: its time is measured from there. */
  readonly startsAtOnce: boolean;
  readonly runMs: number | null;
}

/** An attempt in a worker's hands, as its owner remembers it. */
export interface Lease {
  readonly namespace: Namespace;
  readonly workflow: StreamId;
  readonly ordinal: number;
  readonly attempt: number;
  readonly type: string;
  /** Null for an attempt that an earlier owner handed out: whoever beats or reports first proves to hold it. */
  token: string | null;
  workerId: string | null;
  /** Null once its worker is known. */
  posted: Posted | null;
  /** Whom to tell when the attempt no longer counts: where its worker last spoke of it. */
  session: WorkerSession | null;
  handedAt: number;
  startReported: boolean;
  /** Its worker has ended it; what is left is to commit that. */
  reported: boolean;
  /** Its run was stopped: its worker may end it now, and is told so when it next speaks. */
  cancelled: boolean;
  /** The last sign of life of its worker, and the last heartbeat of the attempt itself. */
  beatAt: number;
  heartbeatAt: number;
  readonly heartbeatMs: number | null;
  /** An attempt that may never have been handed out is offered again when its lease ends; any other is lost. */
  offerAgain: boolean;
}

/** What became due when the leases were looked through. */
export interface LeasesDue {
  readonly started: readonly Lease[];
  readonly lost: readonly Lease[];
  readonly silent: readonly Lease[];
}

/** Who holds which attempt: kept in the owner's memory only. */
export class Leases {
  private readonly byTask = new SteadyMap<string, Lease>();

  get size(): number {
    return this.byTask.size;
  }

  all(): IterableIterator<Lease> {
    return this.byTask.values();
  }

  add(key: string, lease: Lease): void {
    this.byTask.set(key, lease);
  }

  get(key: string): Lease | undefined {
    return this.byTask.get(key);
  }

  /** Ends the lease of an attempt that ended, or of any attempt of the task. */
  end(key: string, attempt?: number): Lease | undefined {
    const lease = this.byTask.get(key);
    if (!lease || (attempt !== undefined && lease.attempt !== attempt)) return undefined;
    this.byTask.delete(key);
    return lease;
  }

  /** What has become due by now: starts to be reported, workers that are lost, attempts that are silent. */
  due(now: number, isMeant: (lease: Lease) => boolean): LeasesDue {
    const found: { readonly [what in keyof LeasesDue]: Lease[] } = { started: [], lost: [], silent: [] };
    for (const lease of this.byTask.values()) {
      const what = isMeant(lease) ? dueOf(lease, now) : undefined;
      if (what) found[what].push(lease);
    }
    return found;
  }

  /** Lets go of what was handed to workers outside, but for these: its new owner hears of them now. */
  keepOnly(isMeant: (lease: Lease) => boolean): void {
    for (const [key, lease] of this.byTask) {
      if (lease.session?.isLocal !== true && !isMeant(lease)) this.byTask.delete(key);
    }
  }
}

function dueOf(lease: Lease, now: number): keyof LeasesDue | undefined {
  const { session, posted, heartbeatMs, beatAt, heartbeatAt, startReported, handedAt } = lease;
  if (session?.isLocal !== true && now - beatAt > LEASE_MS) return 'lost';
  if (posted) return undefined;
  if (heartbeatMs !== null && now - heartbeatAt > heartbeatMs) return 'silent';
  return !startReported && now - handedAt >= START_REPORTED_AFTER_MS ? 'started' : undefined;
}

/** Who began an attempt, and when, if that was not reported before. */
export function startOf(
  { startReported, handedAt, workerId }: Lease,
  startedAt = handedAt,
): { readonly startedAt: number; readonly worker: string | undefined } | undefined {
  return startReported ? undefined : { startedAt, worker: workerId ?? undefined };
}
