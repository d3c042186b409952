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
import { named } from '../../kernel/named.js';
import { SteadyMap } from '../../kernel/steady-map.js';

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
  /** How often it was given to a broker, and nobody spoke of it. */
  readonly unheard?: number;
}

/** What came at the same time with the same priority: handed out in the order in which it came. */
interface Bucket {
  readonly attempts: QueuedAttempt[];
  next: number;
}

/** One queue: its buckets by when they count as queued, the longest ago first. */
interface Queue {
  readonly order: Timers<Bucket>;
  readonly byTime: Map<number, Bucket>;
  waiting: number;
  /** So many stand in the buckets that wait no more. */
  gone: number;
}

/** So many that have gone are kept, beside as many as wait: nobody may ever come to take what stands among them. */
const GONE_MAX = 1_024;

/** The name of a task across namespaces. */
export function attemptKey({
  namespace,
  workflow,
  ordinal,
}: Pick<QueuedAttempt, 'namespace' | 'workflow' | 'ordinal'>): string {
  return named(namespace, taskId(workflow, ordinal));
}

/** The name of a queue: what a worker of a type in a namespace takes from. */
export function queueKey(namespace: Namespace, type: string): string {
  return `${namespace}/${type}`;
}

/** What waits to be handed out, by queue, in order of priority and age. Rebuilt from the log whenever it is lost. */
export class Backlog {
  private readonly queues = new Map<string, Queue>();
  /** What waits: an attempt in a bucket that is not here has gone. */
  private readonly waiting = new SteadyMap<string, QueuedAttempt>();

  get size(): number {
    return this.waiting.size;
  }

  /** Whatever waits, in no order. */
  all(): IterableIterator<QueuedAttempt> {
    return this.waiting.values();
  }

  /** Adds an attempt; one that waits already stays where it is, and a later one is not given up for it. */
  add(attempt: QueuedAttempt): void {
    const waiting = this.waiting.get(attempt.key);
    if (waiting && waiting.attempt >= attempt.attempt) return;
    if (waiting) this.remove(attempt.key);
    this.waiting.set(attempt.key, attempt);
    const name = queueKey(attempt.namespace, attempt.type);
    let queue = this.queues.get(name);
    if (!queue) this.queues.set(name, (queue = emptyQueue()));
    put(queue, attempt);
  }

  get(key: string): QueuedAttempt | undefined {
    return this.waiting.get(key);
  }

  /** Takes an attempt out, wherever it stands, unless it is a later one; false if it does not wait here. */
  remove(key: string, attempt = Infinity): boolean {
    const waiting = this.waiting.get(key);
    if (waiting === undefined || waiting.attempt > attempt) return false;
    this.waiting.delete(key);
    this.left(queueKey(waiting.namespace, waiting.type));
    return true;
  }

  /** Takes the next attempt of a queue. */
  take(queueName: string): QueuedAttempt | undefined {
    const queue = this.queues.get(queueName);
    if (!queue) return undefined;
    for (let first = firstTimer(queue.order); first; first = firstTimer(queue.order)) {
      const attempt = this.nextOf(queue, first[1]);
      if (attempt) {
        this.waiting.delete(attempt.key);
        if (--queue.waiting === 0) this.queues.delete(queueName);
        return attempt;
      }
      dropFirstTimer(queue.order);
      queue.byTime.delete(first[0]);
    }
    return undefined;
  }

  /** The queues in which something waits. */
  queueNames(): IterableIterator<string> {
    return this.queues.keys();
  }

  /** What waits in a queue in the order in which it is taken, so many at most. */
  *inOrder(queueName: string, most: number): IterableIterator<QueuedAttempt> {
    const buckets = [...(this.queues.get(queueName)?.order ?? [])].sort(([a], [b]) => a - b);
    let left = most;
    for (const [, { attempts, next }] of buckets) {
      for (let at = next; at < attempts.length; at++) {
        if (!this.waits(attempts[at]!)) continue;
        if (left-- === 0) return;
        yield attempts[at]!;
      }
    }
  }

  /** How many attempts wait, by namespace and type. */
  *depths(): IterableIterator<{ namespace: Namespace; type: string; waiting: number; oldestQueuedAt: number }> {
    for (const { order } of this.queues.values()) {
      const waiting = order.flatMap(([, { attempts, next }]) =>
        attempts.slice(next).filter((each) => this.waits(each)),
      );
      if (waiting.length === 0) continue;
      const oldestQueuedAt = waiting.reduce((oldest, { queuedAt }) => Math.min(oldest, queuedAt), Infinity);
      yield { namespace: waiting[0]!.namespace, type: waiting[0]!.type, waiting: waiting.length, oldestQueuedAt };
    }
  }

  /** Lets go of every attempt but these. */
  keepOnly(isMeant: (attempt: QueuedAttempt) => boolean): void {
    for (const [key, attempt] of this.waiting) if (!isMeant(attempt)) this.remove(key);
  }

  /** The next attempt of a bucket that still waits. */
  private nextOf(queue: Queue, bucket: Bucket): QueuedAttempt | undefined {
    while (bucket.next < bucket.attempts.length) {
      const attempt = bucket.attempts[bucket.next++]!;
      if (this.waits(attempt)) return attempt;
      queue.gone -= 1;
    }
    return undefined;
  }

  /** One of a queue waits no more, wherever it stands. */
  private left(name: string): void {
    const queue = this.queues.get(name)!;
    queue.waiting -= 1;
    queue.gone += 1;
    if (queue.waiting === 0) this.queues.delete(name);
    else if (queue.gone > queue.waiting + GONE_MAX) this.clearAway(name);
  }

  private clearAway(name: string): void {
    const queue = emptyQueue();
    for (const attempt of new Set(this.inOrder(name, Infinity))) put(queue, attempt);
    this.queues.set(name, queue);
  }

  private waits(attempt: QueuedAttempt): boolean {
    return this.waiting.get(attempt.key) === attempt;
  }
}

function emptyQueue(): Queue {
  return { order: [], byTime: new Map(), waiting: 0, gone: 0 };
}

function put(queue: Queue, attempt: QueuedAttempt): void {
  queue.waiting += 1;
  const time = attempt.queuedAt - attempt.priority * AGEING_MS_PER_PRIORITY;
  const bucket = queue.byTime.get(time);
  if (bucket) return void bucket.attempts.push(attempt);
  const first = { attempts: [attempt], next: 0 };
  queue.byTime.set(time, first);
  setTimer(queue.order, time, first);
}

/** The task's id, as everyone outside its run knows it. */
export function idOf({ workflow, ordinal }: Pick<QueuedAttempt, 'workflow' | 'ordinal'>): TaskId {
  return taskId(workflow, ordinal);
}
