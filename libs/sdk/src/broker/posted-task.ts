import type { LeasedTask } from '../client/task-answers.js';

/** A task as it lies in its queue. */
export interface PostedTask extends LeasedTask {
  /** How long it may take from its beginning, in milliseconds; null is for ever. */
  readonly runMs: number | null;
  /** Whether its start is to be told at once. */
  readonly startsAtOnce: boolean;
}

/** A task that this worker has taken: what it is, and whom it is to be told of. */
export interface TakenTask {
  readonly task: PostedTask;
  owner: string;
}

/** The task as its handler gets it: its time runs from now. */
export function begun({ runMs, startsAtOnce: _startsAtOnce, ...task }: PostedTask): LeasedTask {
  return { ...task, deadline: runMs === null ? null : new Date(Date.now() + runMs).toISOString() };
}

/** The tasks in a message. Throws an error that says what is wrong with it. */
export function tasksIn(body: unknown, types: ReadonlySet<string>): readonly PostedTask[] {
  const { tasks } = (body ?? {}) as { readonly tasks?: unknown };
  if (!Array.isArray(tasks) || tasks.length === 0) throw new Error('it holds no tasks');
  for (const task of tasks as Partial<PostedTask>[]) {
    for (const name of ['id', 'leaseToken', 'type', 'idempotencyKey'] as const)
      if (typeof task?.[name] !== 'string') throw new Error(`a task in it has no ${name}`);
    if (!types.has(task.type!)) throw new Error(`a task in it is of another type: ${task.type}`);
  }
  return tasks as readonly PostedTask[];
}
