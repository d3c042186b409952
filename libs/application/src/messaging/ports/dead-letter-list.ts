import type { DeadLetterQueue, DeadLetterStatus, Namespace, StreamId } from '@orrery/domain';
import type { Page, PageRequest } from '../../kernel/page.js';

/** A row of the list of dead letters. Times are milliseconds since the epoch. */
export interface DeadLetterSummary {
  readonly id: StreamId;
  readonly status: DeadLetterStatus;
  readonly queue: DeadLetterQueue;
  /** Why it was set aside, the last time. */
  readonly reason: string;
  readonly detail: string;
  /** What its message says that it is, if it says so. */
  readonly type: string | null;
  readonly messageId: string | null;
  readonly bytes: number;
  readonly version: number;
  readonly recordedAt: number;
  readonly changedAt: number;
}

export interface DeadLetterFilter {
  readonly namespace: Namespace;
  readonly status?: readonly DeadLetterStatus[];
}

/** Where the list of dead letters is read. */
export abstract class DeadLetterList {
  abstract listDeadLetters(filter: DeadLetterFilter, page: PageRequest): Promise<Page<DeadLetterSummary>>;
}
