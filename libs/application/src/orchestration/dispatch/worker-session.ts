import type { Json, Namespace, TaskId, WorkflowId } from '@orrery/domain';

/** A task in a worker's hands: what it is to do, and the lease under which it does it. */
export interface HandedTask {
  readonly id: TaskId;
  readonly namespace: Namespace;
  readonly workflowId: WorkflowId;
  readonly ordinal: number;
  /** The task's key in its definition, and its type. */
  readonly key: string;
  readonly type: string;
  /** Counted from 1; with `maxAttempts` the last one that will be made. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Whether this undoes a task rather than does it. */
  readonly compensation: boolean;
  readonly input: Json;
  /** When the attempt must have ended, in milliseconds since the epoch; null is never. */
  readonly deadline: number | null;
  /** How often a heartbeat is wanted at least, in milliseconds; null if none is. */
  readonly heartbeatMs: number | null;
  /** Proof of holding the attempt: to be sent back with its result. */
  readonly leaseToken: string;
  /** The same for every attempt: what an effect outside can be made idempotent by. */
  readonly idempotencyKey: string;
  /** W3C trace context of the run. */
  readonly trace: string | null;
}

/** A worker, connected: which types it takes, how many more tasks it can take, and how to give them to it. */
export abstract class WorkerSession {
  /** How many more tasks it can take now; the dispatcher counts it down, the session counts it up. */
  free = 0;
  /** Nobody is there any more to deliver to. */
  ended = false;

  constructor(
    readonly workerId: string,
    readonly namespace: Namespace,
    readonly types: ReadonlySet<string>,
    /** It lives and dies with this process: it needs no lease. */
    readonly isLocal: boolean,
  ) {}

  /** Whoever does its tasks tells of their starts, and looks after their heartbeats. */
  get watchesItself(): boolean {
    return false;
  }

  /** It hands on to workers that are not known before they speak: what it is given lies with a broker until then. */
  get posts(): boolean {
    return false;
  }

  abstract deliver(tasks: readonly HandedTask[]): void;
  /** Its attempt no longer counts: the run stopped, or the attempt timed out. A hint. */
  abstract cancel(task: TaskId, attempt: number): void;
}

/** The first session with room, which then goes to the end of the line. */
export function nextFree(sessions: Set<WorkerSession>): WorkerSession | undefined {
  for (const session of sessions) {
    if (session.free <= 0) continue;
    if (sessions.size > 1) {
      sessions.delete(session);
      sessions.add(session);
    }
    return session;
  }
  return undefined;
}
