import {
  type Namespace,
  type StreamId,
  type TaskId,
  type Timers,
  dropFirstTimer,
  firstTimer,
  setTimer,
  taskId,
} from '@orrery/domain';

/** How much older a task counts for each level of its priority: waiting raises it, so that nothing starves. */
export const AGEING_MS_PER_PRIORITY = 30_000;

/** An attempt that waits to be handed out. */
export interface QueuedAttempt {
  readonly namespace: Namespace;
  readonly workflow: StreamId;
  readonly ordinal: number;
  readonly attempt: number;
  readonly type: string;
  readonly priority: number;
  /** Milliseconds since the epoch. */
  readonly queuedAt: number;
}

interface Entry extends QueuedAttempt {
  gone: boolean;
}

/** The name of a task across namespaces. */
export function attemptKey({
  namespace,
  workflow,
  ordinal,
}: Pick<QueuedAttempt, 'namespace' | 'workflow' | 'ordinal'>): string {
  return `${namespace}/${workflow}~${ordinal}`;
}

/** The name of a queue: what a worker of a type in a namespace takes from. */
export function queueKey(namespace: Namespace, type: string): string {
  return `${namespace}/${type}`;
}

/** What waits to be handed out, by queue, in order of priority and age. Rebuilt from the log whenever it is lost. */
export class Backlog {
  private readonly queues = new Map<string, Timers<Entry>>();
  private readonly entries = new Map<string, Entry>();

  get size(): number {
    return this.entries.size;
  }

  /** Adds an attempt; one that waits already stays where it is. */
  add(attempt: QueuedAttempt): void {
    const key = attemptKey(attempt);
    const waiting = this.entries.get(key);
    if (waiting?.attempt === attempt.attempt) return;
    if (waiting) waiting.gone = true;
    const entry: Entry = { ...attempt, gone: false };
    this.entries.set(key, entry);
    const name = queueKey(attempt.namespace, attempt.type);
    let queue = this.queues.get(name);
    if (!queue) this.queues.set(name, (queue = []));
    setTimer(queue, attempt.queuedAt - attempt.priority * AGEING_MS_PER_PRIORITY, entry);
  }

  /** Takes an attempt out, wherever it stands; false if it does not wait here. */
  remove(key: string): boolean {
    const entry = this.entries.get(key);
    if (!entry) return false;
    entry.gone = true;
    this.entries.delete(key);
    return true;
  }

  /** Takes the next attempt of a queue. */
  take(queueName: string): QueuedAttempt | undefined {
    const queue = this.queues.get(queueName);
    if (!queue) return undefined;
    for (let first = firstTimer(queue); first; first = firstTimer(queue)) {
      dropFirstTimer(queue);
      if (first[1].gone) continue;
      this.entries.delete(attemptKey(first[1]));
      return first[1];
    }
    this.queues.delete(queueName);
    return undefined;
  }

  /** The queues in which something waits. */
  queueNames(): IterableIterator<string> {
    return this.queues.keys();
  }

  /** How many attempts wait, by namespace and type. */
  *depths(): IterableIterator<{ namespace: Namespace; type: string; waiting: number; oldestQueuedAt: number }> {
    for (const queue of this.queues.values()) {
      const waiting = queue.filter(([, entry]) => !entry.gone).map(([, entry]) => entry);
      if (waiting.length === 0) continue;
      const oldestQueuedAt = waiting.reduce((oldest, { queuedAt }) => Math.min(oldest, queuedAt), Infinity);
      yield { namespace: waiting[0]!.namespace, type: waiting[0]!.type, waiting: waiting.length, oldestQueuedAt };
    }
  }

  /** Lets go of every attempt but these. */
  keepOnly(isMeant: (attempt: QueuedAttempt) => boolean): void {
    for (const [key, attempt] of this.entries) if (!isMeant(attempt)) this.remove(key);
  }
}

/** The task's id, as everyone outside its run knows it. */
export function idOf({ workflow, ordinal }: Pick<QueuedAttempt, 'workflow' | 'ordinal'>): TaskId {
  return taskId(workflow, ordinal);
}
