import type { Failure } from '../../kernel/errors.js';
import type { Json } from '../../kernel/json.js';

/** Every event of a task says which task by its ordinal, and which attempt, counted from 1. Times are milliseconds. */
interface OfTask<Type extends string> {
  readonly type: Type;
  readonly v: 1;
  readonly task: number;
  readonly attempt: number;
}

/** It may be handed out. Its input is not here: it is evaluated from the state when the task is handed out. */
export interface TaskQueued extends OfTask<'TaskQueued'> {
  /** When it must have been started. */
  readonly due?: number;
}

/** A worker began it; or, with `until`, the engine began to wait for a time. */
export interface TaskStarted extends OfTask<'TaskStarted'> {
  readonly startedAt: number;
  readonly worker?: string;
  /** When the attempt must have ended. */
  readonly due?: number;
  readonly until?: number;
}

export interface TaskCompleted extends OfTask<'TaskCompleted'> {
  readonly output: Json;
  /** Whose completion it is: the same one, sent again, gets the same answer. */
  readonly lease?: string;
}

/**
 * An attempt failed: with `retryAt` another one follows then, without it the task has failed for good. In a paused run
 * that time is counted from the pause: the resume moves it by as long as the pause was.
 */
export interface TaskFailed extends OfTask<'TaskFailed'> {
  readonly error: Failure;
  readonly retryAt?: number;
  readonly lease?: string;
}

/** Its condition was false; what depends on it goes on. */
export type TaskSkipped = OfTask<'TaskSkipped'>;

/** It was queued when its run was stopped, and no worker has it or will have it. */
export type TaskWithdrawn = OfTask<'TaskWithdrawn'>;

export type TaskEvent = TaskQueued | TaskStarted | TaskCompleted | TaskFailed | TaskSkipped | TaskWithdrawn;
