export interface ConnectedWorker {
  readonly id: string;
  readonly types: readonly string[];
  readonly transport: 'poll' | 'stream';
  readonly slots: number;
  readonly lastSeenAt: string;
}

export interface Queue {
  readonly type: string;
  readonly waiting: number;
  readonly oldestAt: string;
}

export type State = 'ok' | 'degraded' | 'unhealthy';

export interface Check {
  readonly status: State;
  readonly reason?: string;
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
