export interface ConnectedWorker {
  readonly id: string;
  readonly types: readonly string[];
  /** `inside`: it lives in the process of the server. */
  readonly transport: 'poll' | 'stream' | 'amqp' | 'inside';
  readonly slots: number;
  /** How many attempts it holds. */
  readonly busy: number;
  readonly lastSeenAt: string;
}

export interface Queue {
  readonly type: string;
  readonly waiting: number;
  /** When what waits longest was queued; null if nothing waits. */
  readonly oldestAt: string | null;
  readonly held: number;
  readonly workers: number;
}

export type State = 'ok' | 'degraded' | 'unhealthy';

export interface Check {
  readonly status: State;
  readonly reason?: string;
  /** How far a replica is behind. */
  readonly lag_seconds?: number;
}

export interface Readiness {
  readonly status: State;
  readonly checks?: { readonly [name: string]: Check };
}

export interface Health {
  readonly status: State;
  readonly timestamp: string;
  readonly version: string;
  readonly checks: { readonly version: string; readonly database: Check; readonly [name: string]: unknown };
  readonly components: {
    readonly database: State;
    readonly lock_manager: State;
    readonly monitor: State;
    readonly security: State;
  };
  readonly metrics: {
    readonly uptime_seconds: number;
    readonly total_requests: number;
    readonly active_tasks: number;
    readonly active_locks: number;
  };
}

/** What a problem's code means. */
export interface ExplainedProblem {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly meaning: string;
  readonly error: { readonly code: string; readonly name: string };
}
