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

/**
 * A worker began it; or the engine began to wait: with `until` for a time, with `signal` for a signal, with
 * `child` for the end of a child run.
 */
export interface TaskStarted extends OfTask<'TaskStarted'> {
  readonly startedAt: number;
  readonly worker?: string;
  /** When the attempt must have ended. */
  readonly due?: number;
  readonly until?: number;
  /** The signal that the engine waits for: at most until `due`. */
  readonly signal?: string;
  /** The attempt is a child run: whoever hears of this starts it. */
  readonly child?: true;
}

export interface TaskCompleted extends OfTask<'TaskCompleted'> {
  readonly output: Json;
  /** Whose completion it is: the same one, sent again, gets the same answer. */
  readonly lease?: string;
  /** The signal whose payload the output is: the oldest of that name that nothing has taken. */
  readonly signal?: string;
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

/** Its `forEach` gave these: each becomes a task of its own. */
export interface TaskExpanded extends OfTask<'TaskExpanded'> {
  readonly items: readonly Json[];
}

/** Every item of its `forEach` is done: its output is the list of theirs, in order. */
export type TaskCollected = OfTask<'TaskCollected'>;

export type TaskEvent =
  TaskQueued | TaskStarted | TaskCompleted | TaskFailed | TaskSkipped | TaskWithdrawn | TaskExpanded | TaskCollected;
