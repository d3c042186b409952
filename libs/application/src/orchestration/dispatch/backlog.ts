import {
  DEFAULT_NAMESPACE,
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
  /** Its task's name across namespaces, as `attemptKey` makes it. */
  readonly key: string;
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

/** What came at the same time with the same priority: handed out in the order in which it came. */
interface Bucket {
  readonly entries: Entry[];
  next: number;
}

/** One queue: its buckets by when they count as queued, the longest ago first. */
interface Queue {
  readonly order: Timers<Bucket>;
  readonly byTime: Map<number, Bucket>;
}

/** The name of a task across namespaces. */
export function attemptKey({
  namespace,
  workflow,
  ordinal,
}: Pick<QueuedAttempt, 'namespace' | 'workflow' | 'ordinal'>): string {
  const id = taskId(workflow, ordinal);
  return namespace === DEFAULT_NAMESPACE ? id : `${namespace}/${id}`;
}

/** The name of a queue: what a worker of a type in a namespace takes from. */
export function queueKey(namespace: Namespace, type: string): string {
  return `${namespace}/${type}`;
}

/** What waits to be handed out, by queue, in order of priority and age. Rebuilt from the log whenever it is lost. */
export class Backlog {
  private readonly queues = new Map<string, Queue>();
  private readonly entries = new Map<string, Entry>();

  get size(): number {
    return this.entries.size;
  }

  /** Adds an attempt; one that waits already stays where it is. */
  add(attempt: QueuedAttempt): void {
    const waiting = this.entries.get(attempt.key);
    if (waiting?.attempt === attempt.attempt) return;
    if (waiting) waiting.gone = true;
    const entry: Entry = { ...attempt, gone: false };
    this.entries.set(entry.key, entry);
    const name = queueKey(attempt.namespace, attempt.type);
    let queue = this.queues.get(name);
    if (!queue) this.queues.set(name, (queue = { order: [], byTime: new Map() }));
    const time = attempt.queuedAt - attempt.priority * AGEING_MS_PER_PRIORITY;
    const bucket = queue.byTime.get(time);
    if (bucket) return void bucket.entries.push(entry);
    const first = { entries: [entry], next: 0 };
    queue.byTime.set(time, first);
    setTimer(queue.order, time, first);
  }

  get(key: string): QueuedAttempt | undefined {
    return this.entries.get(key);
  }

  /** Takes an attempt out, wherever it stands, unless it is a later one; false if it does not wait here. */
  remove(key: string, attempt = Infinity): boolean {
    const entry = this.entries.get(key);
    if (!entry || entry.attempt > attempt) return false;
    entry.gone = true;
    this.entries.delete(key);
    return true;
  }

  /** Takes the next attempt of a queue. */
  take(queueName: string): QueuedAttempt | undefined {
    const queue = this.queues.get(queueName);
    if (!queue) return undefined;
    for (let first = firstTimer(queue.order); first; first = firstTimer(queue.order)) {
      const entry = nextOf(first[1]);
      if (entry) {
        this.entries.delete(entry.key);
        return entry;
      }
      dropFirstTimer(queue.order);
      queue.byTime.delete(first[0]);
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
    for (const { order } of this.queues.values()) {
      const waiting = order.flatMap(([, { entries, next }]) => entries.slice(next).filter(({ gone }) => !gone));
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

/** The next entry of a bucket that still waits. */
function nextOf(bucket: Bucket): Entry | undefined {
  while (bucket.next < bucket.entries.length) {
    const entry = bucket.entries[bucket.next++]!;
    if (!entry.gone) return entry;
  }
  return undefined;
}

/** The task's id, as everyone outside its run knows it. */
export function idOf({ workflow, ordinal }: Pick<QueuedAttempt, 'workflow' | 'ordinal'>): TaskId {
  return taskId(workflow, ordinal);
}
