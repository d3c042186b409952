import { WorkerSession } from '@orrery/application';
import type { Namespace, TaskId } from '@orrery/domain';
import type { Format } from '@orrery/infrastructure';

/** An attempt that no longer counts. */
export interface CancelledAttempt {
  readonly id: TaskId;
  readonly attempt: number;
}

/** What is known of a worker from its last beat. */
export interface KnownWorker {
  readonly workerId: string;
  readonly namespace: Namespace;
  readonly types: ReadonlySet<string>;
  readonly slots: number;
  /** How it writes, and wants to be written to. */
  readonly format: Format;
  /** The queue in which it hears of what no longer counts, if it has one. */
  readonly queue: string | undefined;
}

/** A worker that reads its tasks from the broker, and has been heard of. */
export class RemoteWorker extends WorkerSession {
  private cancelled: CancelledAttempt[] = [];

  constructor(
    readonly known: KnownWorker,
    readonly heardAt: number,
    /** An attempt of its no longer counts. */
    private readonly onCancel: (id: TaskId, attempt: number) => void,
    private readonly tell: (worker: KnownWorker, cancelled: readonly CancelledAttempt[]) => void,
  ) {
    super(known.workerId, known.namespace, known.types, false);
  }

  /** It is never given tasks by name: it takes them from the queue of their type. */
  override deliver(): never {
    throw new Error('a worker behind the broker is reached by the queues that it reads');
  }

  /** Many end together when their run is stopped: they are told together. */
  override cancel(id: TaskId, attempt: number): void {
    this.onCancel(id, attempt);
    if (this.cancelled.push({ id, attempt }) > 1) return;
    queueMicrotask(() => {
      const cancelled = this.cancelled;
      this.cancelled = [];
      this.tell(this.known, cancelled);
    });
  }
}
