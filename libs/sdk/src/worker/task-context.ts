import type { Json } from '../json.js';
import type { LeasedTask } from '../client/task-answers.js';
import type { Log } from './log.js';

/** What a handler may know and do besides its input. */
export interface TaskContext {
  /** The task as it was handed out. */
  readonly task: LeasedTask;
  /** Aborted when the attempt no longer counts: its run was cancelled, its time is over, its lease is lost. */
  readonly signal: AbortSignal;
  /** From 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** The same for every attempt: send it along where an effect must not happen twice. */
  readonly idempotencyKey: string;
  /** When the attempt must have ended; null is never. */
  readonly deadline: Date | null;
  /** Says that the work goes on, and how far it has come, where its task wants heartbeats. */
  heartbeat(progress?: Json): void;
  /** Says something, with the name of the task before it. */
  readonly log: Log;
}

/** Does the work of a task. What it returns is the output, as JSON; what it throws fails the attempt. */
export type TaskHandler<Input = Json> = (input: Input, context: TaskContext) => unknown;
