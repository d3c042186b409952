import type { DeadLetterQueue, DeadLetterStatus } from '@orrery/domain';
import type { StreamKey } from '../../kernel/ports/log.js';

/** What a batch of events changes in the row of one dead letter. A field that is not given stays as it is. */
export interface DeadLetterChange extends StreamKey {
  readonly partition: number;
  /** The letter's version after the batch: a row is only ever moved to a higher one. */
  readonly version: number;
  readonly status: DeadLetterStatus;
  /** When it last changed, in milliseconds since the epoch. */
  readonly changedAt: number;
  /** Why it was set aside, the last time. */
  readonly why?: { readonly reason: string; readonly detail: string };
  /** Given when it was recorded in this batch: its row is new. */
  readonly recorded?: {
    readonly queue: DeadLetterQueue;
    readonly type: string | null;
    readonly messageId: string | null;
    readonly bytes: number;
    readonly recordedAt: number;
  };
}
