import type { Failure } from '../../kernel/errors.js';
import type { Json } from '../../kernel/json.js';
import type { TaskEvent } from '../task/task.events.js';

interface OfWorkflow<Type extends string> {
  readonly type: Type;
  readonly v: 1;
}

/** What a run runs: a definition by the hash of its content, and the name it had when the run started. */
export interface DefinitionReference {
  readonly name: string;
  /** Null for one that came with the start and was never registered. */
  readonly version: number | null;
  readonly hash: string;
}

export interface WorkflowStarted extends OfWorkflow<'WorkflowStarted'> {
  readonly id: string;
  readonly definition: DefinitionReference;
  readonly input: Json;
  readonly labels?: { readonly [key: string]: string };
  readonly priority?: number;
  /** Milliseconds since the epoch, as is every time in an event. */
  readonly startedAt: number;
  /** When the whole run must have ended. */
  readonly due?: number;
  /** Whose child it is. */
  readonly parent?: Parent;
}

/** The attempt of a task that a run was started for, in another run; and how deep that makes it: the first child is one deep. */
export interface Parent {
  readonly workflow: string;
  readonly task: number;
  readonly attempt: number;
  readonly depth: number;
}

/** A signal came. What waits for it takes it, at once or when it begins to wait. */
export interface SignalReceived extends OfWorkflow<'SignalReceived'> {
  readonly name: string;
  readonly payload: Json;
}

/** Nothing new starts from here on: a task failed for good, the run's time was over, or somebody cancelled it. */
export interface WorkflowStopped extends OfWorkflow<'WorkflowStopped'> {
  readonly cause: 'failed' | 'timed-out' | 'cancelled';
  readonly error: Failure;
  /** The task whose failure it was. */
  readonly task?: number;
  /** Whether what was done is undone. */
  readonly compensate: boolean;
}

/** Nothing is in anybody's hands any more; what was completed is undone, last first. */
export type CompensationStarted = OfWorkflow<'CompensationStarted'>;

export interface WorkflowPaused extends OfWorkflow<'WorkflowPaused'> {
  readonly pausedAt: number;
  /** Its parent was paused: it resumes with it. */
  readonly by?: 'parent';
}
export interface WorkflowResumed extends OfWorkflow<'WorkflowResumed'> {
  readonly resumedAt: number;
  /** Where it goes on. */
  readonly status: 'running' | 'compensating';
}
export interface WorkflowRetried extends OfWorkflow<'WorkflowRetried'> {
  /** Where it goes on: with its tasks, or with undoing them. */
  readonly status: 'running' | 'compensating';
  readonly due?: number;
}
export interface WorkflowCompleted extends OfWorkflow<'WorkflowCompleted'> {
  readonly output: Json;
}
/** It ended in failure; with `notUndone`, these tasks (by ordinal) were to be undone and are not. */
export interface WorkflowFailed extends OfWorkflow<'WorkflowFailed'> {
  readonly error: Failure;
  readonly notUndone?: readonly number[];
}
export type WorkflowCompensated = OfWorkflow<'WorkflowCompensated'>;
export type WorkflowCancelled = OfWorkflow<'WorkflowCancelled'>;
/** The last event of a stream: all before it may be gone, and nothing comes after it. */
export type WorkflowDeleted = OfWorkflow<'WorkflowDeleted'>;

export type WorkflowEvent =
  | TaskEvent
  | WorkflowStarted
  | SignalReceived
  | WorkflowStopped
  | CompensationStarted
  | WorkflowPaused
  | WorkflowResumed
  | WorkflowRetried
  | WorkflowCompleted
  | WorkflowFailed
  | WorkflowCompensated
  | WorkflowCancelled
  | WorkflowDeleted;
