import type { Namespace } from '@orrery/domain';

/** A worker that lives outside this process, as a row: who may still hold attempts when their owner dies. */
export interface SessionRow {
  readonly namespace: Namespace;
  readonly workerId: string;
  readonly types: readonly string[];
  readonly transport: 'poll' | 'stream' | 'amqp';
  readonly slots: number;
  /** Milliseconds since the epoch. */
  readonly lastSeenAt: number;
}

export abstract class WorkerSessions {
  abstract save(sessions: readonly SessionRow[]): Promise<void>;
  /** Those seen since a time. */
  abstract seenSince(at: number): Promise<readonly SessionRow[]>;
  abstract remove(namespace: Namespace, workerId: string): Promise<void>;
}
