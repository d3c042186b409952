import type { HandedTask } from '../dispatch/worker-session.js';
import type { QueuedAttempt } from '../dispatch/backlog.js';

/** A task of some run. */
export type TaskAddress = Pick<QueuedAttempt, 'namespace' | 'workflow' | 'ordinal'>;

/** An attempt of it. */
export interface AttemptAddress extends TaskAddress {
  readonly attempt: number;
}

/** An attempt that another process than its owner's may do, or does. */
export interface TaskOffer extends AttemptAddress {
  readonly partition: number;
  readonly type: string;
  readonly leaseToken: string;
  /** What whoever takes it needs to do it; null where it is in this process's hands already. */
  readonly task: HandedTask | null;
}

/** An offer as it stands. */
export interface OfferState extends Omit<TaskOffer, 'task'> {
  /** Whether a process has it in hands, and whether that one is this process, or is alive at all. */
  readonly holder: 'nobody' | 'this process' | 'another' | 'one that is gone';
  /** It may end now: nothing is done with its result. */
  readonly cancelled: boolean;
}

/** What processes over one database offer each other, because its owner has no handler for it. Written only then. */
export abstract class TaskOffers {
  /** Says from which queues the handlers of this process take. */
  abstract declare(queues: readonly string[]): Promise<void>;
  /** The queues from which other processes take that are alive. */
  abstract takers(): Promise<ReadonlySet<string>>;
  /** Offers attempts; one with no task is this process's own. What was offered of the same task before is over. */
  abstract offer(offers: readonly TaskOffer[]): Promise<void>;
  /** Takes what is offered in these queues, the longest ago first. */
  abstract take(queues: readonly string[], most: number): Promise<readonly HandedTask[]>;
  /** What is offered in some partitions. */
  abstract of(partitions: readonly number[]): Promise<readonly OfferState[]>;
  /** What this process has in hands. */
  abstract held(): Promise<readonly OfferState[]>;
  /** Offers anew what this process took, and will not do. What it offered as its own stays so. */
  abstract putBack(attempts: readonly AttemptAddress[]): Promise<void>;
  /** Lets whoever holds these know that they may end. */
  abstract cancel(attempts: readonly AttemptAddress[]): Promise<void>;
  abstract remove(attempts: readonly AttemptAddress[]): Promise<void>;
  /** Takes back what nobody holds; the others stay. */
  abstract withdraw(attempts: readonly AttemptAddress[]): Promise<readonly AttemptAddress[]>;
  /** Calls back when something is offered: a hint, which may be lost. Resolves with what ends it. */
  abstract listen(onOffer: () => void): Promise<() => Promise<void>>;
}
