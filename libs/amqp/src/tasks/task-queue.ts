import { type Dispatcher, type HandedTask, WorkerSession, attemptKey } from '@orrery/application';
import { type Namespace, type TaskId, parseTaskId } from '@orrery/domain';
import type { Written } from '@orrery/infrastructure';
import type { RemoteWorker } from './remote-worker.js';
import { taskMessages, tasksPerMessage } from './task-messages.js';

/** So many tasks lie with the broker at least, where its readers take some. */
const WINDOW_MIN = 100;
/** And so many for each slot that is known: what is being done, and as much again. */
const WINDOW_PER_SLOT = 2;

export interface TaskQueueParts {
  readonly dispatcher: Dispatcher;
  /** The workers of the type that have been heard of lately. */
  readonly readers: () => readonly RemoteWorker[];
  /** False: there is no connection. */
  readonly post: (tasks: Written) => boolean;
  /** These could not be posted. */
  readonly onUnposted: (tasks: Written) => void;
}

/**
 * The broker's queue of one task type, as the dispatcher sees it: a worker with room for a window of tasks. What does not
 * fit waits with the owner, in order of priority and age.
 */
export class TaskQueue extends WorkerSession {
  /** What was posted and has not ended, with its attempt. */
  private readonly out = new Map<TaskId, number>();
  private isOpen = false;
  private window = WINDOW_MIN;

  constructor(
    namespace: Namespace,
    readonly type: string,
    private readonly parts: TaskQueueParts,
  ) {
    super('RabbitMQ', namespace, new Set([type]), false);
  }

  override get posts(): boolean {
    return true;
  }

  get isIdle(): boolean {
    return !this.isOpen && this.out.size === 0;
  }

  get opened(): boolean {
    return this.isOpen;
  }

  /** Somebody reads it: it takes tasks. */
  open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    this.resize();
    this.parts.dispatcher.connect(this);
  }

  /** Nobody is known to read it, or it cannot be reached: it takes nothing more. */
  close(): void {
    this.isOpen = false;
    this.parts.dispatcher.disconnect(this);
  }

  override deliver(tasks: readonly HandedTask[]): void {
    for (const { id, attempt } of tasks) this.out.set(id, attempt);
    const readers = this.parts.readers();
    const slots = readers.map(({ known }) => known.slots);
    const format = readers.length > 0 && readers.every(({ known }) => known.format === 'msgpack') ? 'msgpack' : 'json';
    const { dispatcher } = this.parts;
    const most = tasksPerMessage(tasks.length, slots);
    for (const message of taskMessages(tasks, { format, most, dispatcher })) {
      if (!this.parts.post(message)) this.parts.onUnposted(message);
    }
  }

  /** Whoever reads it hears that it no longer counts when it first speaks of it. */
  override cancel(task: TaskId, attempt: number): void {
    this.letGo(task, attempt);
  }

  /** An attempt has ended, or is no longer out. */
  letGo(id: TaskId, attempt: number): void {
    if (this.out.get(id) !== attempt) return;
    this.out.delete(id);
    this.countFree();
  }

  /** Forgets what its owner has forgotten: it ended elsewhere, or is another owner's. */
  sweep(): void {
    const { leases } = this.parts.dispatcher;
    for (const [id, attempt] of this.out) {
      const { workflow, ordinal } = parseTaskId(id)!;
      if (leases.get(attemptKey({ namespace: this.namespace, workflow, ordinal }))?.attempt !== attempt) {
        this.out.delete(id);
      }
    }
    this.resize();
  }

  private resize(): void {
    const slots = this.parts.readers().reduce((sum, { known }) => sum + known.slots, 0);
    this.window = Math.max(WINDOW_MIN, WINDOW_PER_SLOT * slots);
    this.countFree();
  }

  private countFree(): void {
    this.free = this.window - this.out.size;
    if (this.isOpen && this.free > 0) this.parts.dispatcher.freed();
  }
}
