import type { Moment } from '../../kernel/decider.js';
import { type Failure, Refused } from '../../kernel/errors.js';
import { type Json, jsonSize } from '../../kernel/json.js';
import { become } from '../../kernel/transitions.js';
import { LIMITS } from '../definition/limits.js';
import type { PlannedTask } from '../definition/plan.js';
import { ENGINE_TYPES } from '../definition/task-types.js';
import { backoffMs, mayRetry } from './retry-policy.js';
import { TASK_TRANSITIONS, type TaskStatus } from './task-status.js';
import type { CompleteTask, FailTask, ReportedFailure, StartTask, TaskCommand, WithdrawTask } from './task.commands.js';
import type { TaskCompleted, TaskEvent, TaskExpanded, TaskFailed, TaskQueued, TaskStarted } from './task.events.js';

/** A task inside its run. Its output is kept by the run, where expressions find it. */
export interface TaskState {
  status: TaskStatus;
  /** The current attempt, or the last one; 0 before the first. It never starts again, so that it can fence. */
  attempt: number;
  /** How many attempts there were when the run was last retried by hand: they no longer count. */
  attemptsBefore: number;
  /** When what it waits for falls due: a retry, a sleep, or the end of its patience. */
  due: number | null;
  /** By which report the current attempt ended; null while it goes on. */
  ended: { lease: string | null } | null;
  /** Why the last attempt that ended failed; null if it did not. */
  error: Failure | null;
  /** The signal that it waits for, if it waits for one. */
  signal?: string;
  /** Its attempts are child runs. */
  child?: true;
}

/** What a task must know of its run to decide. */
export interface TaskContext extends Moment {
  readonly planned: PlannedTask;
  /** Nothing new may start: no attempt follows this one. */
  readonly stopping: boolean;
  /** The time by which waits are measured: it stands still while the run is paused. */
  readonly waitingSince: number;
  /** How many characters of output the run may still keep. */
  readonly outputLeft: number;
}

export function newTask(): TaskState {
  return { status: 'pending', attempt: 0, attemptsBefore: 0, due: null, ended: null, error: null };
}

const TOO_LARGE = 'output.too-large';

export function moveTask(task: TaskState, status: TaskStatus): void {
  task.status = become(TASK_TRANSITIONS, task.status, status);
}

/** Whether an attempt may be in a worker's hands. */
export function inHands(task: TaskState): boolean {
  return task.status === 'queued' || task.status === 'running';
}

/** What one command means for one task. */
export const decideTask: {
  readonly [T in TaskCommand['type']]: (
    command: Extract<TaskCommand, { type: T }>,
    task: TaskState,
    context: TaskContext,
  ) => readonly TaskEvent[];
} = {
  StartTask: ({ data }: StartTask, task, { planned }) => {
    if (task.attempt === data.attempt && task.status === 'running') return [];
    mustBeInHands(task, data, planned);
    return [started(planned, data.attempt, data.startedAt, data.worker)];
  },

  CompleteTask: ({ data }: CompleteTask, task, context) => {
    // What was too large to be kept failed, and comes to the same when it comes again.
    if (isRepeated(task, data) && (task.error === null || task.error.code === TOO_LARGE)) return [];
    mustBeInHands(task, data, context.planned);
    const tooLarge = outputFailure(data.output, context.outputLeft);
    if (tooLarge) return [...startedBefore(task, data, context), failed(data, task, tooLarge, context)];
    const { task: ordinal, attempt, output, lease } = data;
    const completed: TaskCompleted =
      lease === undefined
        ? { type: 'TaskCompleted', v: 1, task: ordinal, attempt, output }
        : { type: 'TaskCompleted', v: 1, task: ordinal, attempt, output, lease };
    return [...startedBefore(task, data, context), completed];
  },

  FailTask: ({ data }: FailTask, task, context) => {
    if (isRepeated(task, data) && task.error !== null) return [];
    mustBeInHands(task, data, context.planned);
    return [...startedBefore(task, data, context), failed(data, task, data.error, context)];
  },

  WithdrawTask: ({ data }: WithdrawTask, task, { stopping }) => {
    if (task.attempt !== data.attempt || task.status !== 'queued' || !stopping) return [];
    return [{ type: 'TaskWithdrawn', v: 1, task: data.task, attempt: data.attempt }];
  },
};

/** The end of an attempt that its time ran out on: queued too long, running too long, or waiting in vain. */
export function timedOut(task: TaskState, context: TaskContext): TaskFailed {
  const { ordinal, timeouts } = context.planned;
  const messages: { readonly [status: string]: string } = {
    queued: `no worker started it within ${timeouts.queueMs} ms`,
    running: `the attempt did not end within ${timeouts.runMs} ms`,
    waiting: `no signal "${task.signal}" came in time`,
  };
  const error: Failure = { code: 'task.timed-out', message: messages[task.status]! };
  return failed({ task: ordinal, attempt: task.attempt }, task, error, context);
}

/** Why an output cannot be kept, if it cannot; no further attempt can mend that. */
export function outputFailure(output: Json, outputLeft: number): ReportedFailure | undefined {
  const { payloadBytes, outputsBytes } = LIMITS;
  const size = jsonSize(output, payloadBytes);
  if (size <= payloadBytes && size <= outputLeft) return undefined;
  const message =
    size > payloadBytes
      ? `the output is larger than ${payloadBytes} bytes (payloadBytes)`
      : `the outputs of the run would be larger than ${outputsBytes} bytes (outputsBytes; ${outputLeft} left)`;
  return { code: TOO_LARGE, message, retryable: false };
}

/** Folds one event of a task into the task. */
export const evolveTask: {
  readonly [T in TaskEvent['type']]: (task: TaskState, event: Extract<TaskEvent, { type: T }>) => void;
} = {
  TaskQueued: (task, event: TaskQueued) => {
    begin(task, 'queued', event);
    task.due = event.due ?? null;
  },
  TaskStarted: (task, event: TaskStarted) => {
    const waits = event.until !== undefined || event.signal !== undefined;
    begin(task, waits ? 'waiting' : 'running', event);
    task.due = event.until ?? event.due ?? null;
    if (event.signal !== undefined) task.signal = event.signal;
    if (event.child) task.child = true;
  },
  TaskCompleted: (task, event: TaskCompleted) => {
    end(task, 'completed', event);
    task.error = null;
  },
  TaskFailed: (task, event: TaskFailed) => {
    end(task, event.retryAt === undefined ? 'failed' : 'waiting', event);
    task.due = event.retryAt ?? null;
    task.error = event.error;
  },
  TaskSkipped: (task) => moveTask(task, 'skipped'),
  TaskWithdrawn: (task) => moveTask(task, 'cancelled'),
  TaskExpanded: (task, event: TaskExpanded) => begin(task, 'running', event),
  TaskCollected: (task) => {
    moveTask(task, 'completed');
    // An item failed before somebody retried the run, and did not this time.
    task.error = null;
  },
};

function begin(task: TaskState, status: TaskStatus, { attempt }: TaskQueued | TaskStarted | TaskExpanded): void {
  moveTask(task, status);
  task.attempt = attempt;
  task.ended = null;
}

function end(task: TaskState, status: TaskStatus, { attempt, lease }: TaskCompleted | TaskFailed): void {
  moveTask(task, status);
  task.attempt = attempt;
  task.ended = { lease: lease ?? null };
  task.due = null;
}

function started(planned: PlannedTask, attempt: number, startedAt: number, worker?: string): TaskStarted {
  const { ordinal: task, timeouts } = planned;
  const { runMs } = timeouts;
  const due = runMs === null ? undefined : startedAt + runMs;
  // As nearly all of them are, and so without the cost of leaving something out.
  if (worker !== undefined && due !== undefined)
    return { type: 'TaskStarted', v: 1, task, attempt, startedAt, worker, due };
  const maybe = { ...(worker === undefined ? {} : { worker }), ...(due === undefined ? {} : { due }) };
  return { type: 'TaskStarted', v: 1, task, attempt, startedAt, ...maybe };
}

/** A short attempt reports its start with its end. */
function startedBefore(
  task: TaskState,
  data: { attempt: number; startedAt?: number; worker?: string },
  { planned }: TaskContext,
): readonly TaskStarted[] {
  if (task.status === 'running' || data.startedAt === undefined) return [];
  return [started(planned, data.attempt, data.startedAt, data.worker)];
}

function failed(
  data: { task: number; attempt: number; lease?: string },
  task: TaskState,
  error: ReportedFailure,
  { planned, random, stopping, waitingSince }: TaskContext,
): TaskFailed {
  const { code, message, details, retryAfterMs = 0 } = error;
  const attempt = data.attempt - task.attemptsBefore;
  const retries = !stopping && mayRetry(planned.retry, attempt, error);
  return {
    type: 'TaskFailed',
    v: 1,
    task: data.task,
    attempt: data.attempt,
    error: details === undefined ? { code, message } : { code, message, details },
    ...(retries ? { retryAt: waitingSince + retryInMs(planned, attempt, retryAfterMs, random()) } : {}),
    ...(data.lease === undefined ? {} : { lease: data.lease }),
  };
}

/** A worker may ask for a longer wait than its backoff, never for a shorter one. */
function retryInMs({ retry }: PlannedTask, attempt: number, retryAfterMs: number, random: number): number {
  return Math.max(backoffMs(retry, attempt, random), Math.min(Math.ceil(retryAfterMs), LIMITS.durationMs));
}

/** The report by which this very attempt ended, by whoever held it then. */
function isRepeated(task: TaskState, { attempt, lease }: { attempt: number; lease?: string }): boolean {
  return task.attempt === attempt && task.ended !== null && task.ended.lease === (lease ?? null);
}

/** A list is in nobody's hands; what the engine performs itself only the engine ends, which has no lease. */
function mustBeInHands(
  task: TaskState,
  { attempt, lease }: { attempt: number; lease?: string },
  { type, forEach }: PlannedTask,
): void {
  const isTheirs = forEach === null && (lease === undefined || !ENGINE_TYPES.includes(type));
  if (task.attempt === attempt && inHands(task) && isTheirs) return;
  throw new Refused('task.lease-lost', `attempt ${attempt} is not under way: the task is ${task.status}`, {
    attempt: task.attempt,
    status: task.status,
  });
}
