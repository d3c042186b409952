import { DEFAULT_NAMESPACE, type TaskId } from '@orrery/domain';
import { queueKey } from './backlog.js';
import { type HandedTask, WorkerSession } from './worker-session.js';

/** So many attempts are offered at most that have not ended. */
const OFFERED_MAX = 1_000;

/** The other processes, as the dispatcher sees them: a worker of the types that they take, and nobody here does. */
export class OfferedTasks extends WorkerSession {
  declare readonly types: Set<string>;

  constructor(
    private readonly offer: (tasks: readonly HandedTask[]) => void,
    private readonly onCancel: () => void,
  ) {
    super('another process', DEFAULT_NAMESPACE, new Set(), false);
  }

  /** Who takes such a task tells of its start, and looks after its heartbeats, by leases of its own. */
  override get watchesItself(): boolean {
    return true;
  }

  get queues(): readonly string[] {
    return [...this.types].map((type) => queueKey(this.namespace, type));
  }

  /** So many are under way: what is left may be offered. */
  underWay(count: number): void {
    this.free = Math.max(0, OFFERED_MAX - count);
  }

  override deliver(tasks: readonly HandedTask[]): void {
    this.offer(tasks);
  }

  override cancel(_task: TaskId, _attempt: number): void {
    this.onCancel();
  }
}
