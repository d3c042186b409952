import { type Failure, Refused } from '../../kernel/errors.js';
import { jsonSize } from '../../kernel/json.js';
import { become } from '../../kernel/transitions.js';
import type { Moment } from '../../kernel/decider.js';
import type { PlannedTask } from '../definition/plan.js';
import { LIMITS } from '../definition/limits.js';
import { backoffMs, mayRetry } from './retry-policy.js';
import { TASK_TRANSITIONS, type TaskStatus } from './task-status.js';
import type { CompleteTask, FailTask, ReportedFailure, StartTask, TaskCommand, WithdrawTask } from './task.commands.js';
import type { TaskCompleted, TaskEvent, TaskFailed, TaskQueued, TaskStarted } from './task.events.js';

/** A task inside its run. Its output is kept by the run, where expressions find it. */
export interface TaskState {
  status: TaskStatus;
  /** The current attempt, or the last one; 0 before the first. It never starts again, so that it can fence. */
  attempt: number;
  /** How many attempts there were when the run was last retried by hand: they no longer count. */
  attemptsBefore: number;
  /** When what it waits for falls due: a retry, a sleep, or the end of its patience. */
  due: number | null;
  /** Who ended the last attempt. */
  lease: string | null;
  error: Failure | null;
}

/** What a task must know of its run to decide. */
export interface TaskContext extends Moment {
  readonly planned: PlannedTask;
  /** Nothing new may start: no attempt follows this one. */
  readonly stopping: boolean;
  /** The time by which waits are measured: it stands still while the run is paused. */
  readonly waitingSince: number;
  /** How many characters the run's outputs may still take. */
  readonly outputLeft: number;
}

export function newTask(): TaskState {
  return { status: 'pending', attempt: 0, attemptsBefore: 0, due: null, lease: null, error: null };
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
    mustBeInHands(task, data.attempt);
    return [started(planned, data.attempt, data.startedAt, data.worker)];
  },

  CompleteTask: ({ data }: CompleteTask, task, context) => {
    if (isRepeated(task, data, ['completed', 'compensating', 'compensated'])) return [];
    mustBeInHands(task, data.attempt);
    const size = jsonSize(data.output, LIMITS.payloadBytes);
    if (size > LIMITS.payloadBytes || size > context.outputLeft) {
      return [...startedBefore(task, data, context), ...failed(data, task, tooLarge(size, context), context)];
    }
    const completed: TaskCompleted = {
      type: 'TaskCompleted',
      v: 1,
      task: data.task,
      attempt: data.attempt,
      output: data.output,
      ...(data.lease === undefined ? {} : { lease: data.lease }),
    };
    return [...startedBefore(task, data, context), completed];
  },

  FailTask: ({ data }: FailTask, task, context) => {
    if (isRepeated(task, data, ['waiting', 'failed'])) return [];
    mustBeInHands(task, data.attempt);
    return [...startedBefore(task, data, context), ...failed(data, task, data.error, context)];
  },

  WithdrawTask: ({ data }: WithdrawTask, task, { stopping }) => {
    if (task.attempt !== data.attempt || task.status !== 'queued' || !stopping) return [];
    return [{ type: 'TaskWithdrawn', v: 1, task: data.task, attempt: data.attempt }];
  },
};

/** The events of an attempt that its time ran out on: queued too long, or running too long. */
export function timedOut(task: TaskState, context: TaskContext): readonly TaskEvent[] {
  const { ordinal, timeouts } = context.planned;
  const error: Failure =
    task.status === 'queued'
      ? { code: 'task.timed-out', message: `no worker started it within ${timeouts.queueMs} ms` }
      : { code: 'task.timed-out', message: `the attempt did not end within ${timeouts.runMs} ms` };
  return failed({ task: ordinal, attempt: task.attempt }, task, error, context);
}

/** Folds one event of a task into the task. */
export const evolveTask: {
  readonly [T in TaskEvent['type']]: (task: TaskState, event: Extract<TaskEvent, { type: T }>) => void;
} = {
  TaskQueued: (task, event: TaskQueued) => {
    task.status = become(TASK_TRANSITIONS, task.status, 'queued');
    task.attempt = event.attempt;
    task.due = event.due ?? null;
  },
  TaskStarted: (task, event: TaskStarted) => {
    task.status = become(TASK_TRANSITIONS, task.status, event.until === undefined ? 'running' : 'waiting');
    task.attempt = event.attempt;
    task.due = event.until ?? event.due ?? null;
    if (event.until !== undefined) task.error = null;
  },
  TaskCompleted: (task, event: TaskCompleted) => {
    task.status = become(TASK_TRANSITIONS, task.status, 'completed');
    task.attempt = event.attempt;
    task.lease = event.lease ?? null;
    task.due = null;
    task.error = null;
  },
  TaskFailed: (task, event: TaskFailed) => {
    task.status = become(TASK_TRANSITIONS, task.status, event.retryAt === undefined ? 'failed' : 'waiting');
    task.attempt = event.attempt;
    task.lease = event.lease ?? null;
    task.due = event.retryAt ?? null;
    task.error = event.error;
  },
  TaskSkipped: (task) => {
    task.status = become(TASK_TRANSITIONS, task.status, 'skipped');
  },
  TaskWithdrawn: (task) => {
    task.status = become(TASK_TRANSITIONS, task.status, 'cancelled');
    task.due = null;
  },
};

function started(planned: PlannedTask, attempt: number, startedAt: number, worker?: string): TaskStarted {
  const { runMs } = planned.timeouts;
  return {
    type: 'TaskStarted',
    v: 1,
    task: planned.ordinal,
    attempt,
    startedAt,
    ...(worker === undefined ? {} : { worker }),
    ...(runMs === null ? {} : { due: startedAt + runMs }),
  };
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
): readonly [TaskFailed] {
  const { retryable: _, retryAfterMs, ...failure } = error;
  const attempt = data.attempt - task.attemptsBefore;
  const retries = !stopping && mayRetry(planned.retry, attempt, error);
  return [
    {
      type: 'TaskFailed',
      v: 1,
      task: data.task,
      attempt: data.attempt,
      error: failure,
      ...(retries ? { retryAt: waitingSince + (retryAfterMs ?? backoffMs(planned.retry, attempt, random())) } : {}),
      ...(data.lease === undefined ? {} : { lease: data.lease }),
    },
  ];
}

function tooLarge(size: number, { outputLeft }: TaskContext): ReportedFailure {
  const message =
    size > LIMITS.payloadBytes
      ? `the output is larger than ${LIMITS.payloadBytes} bytes (payloadBytes)`
      : `the outputs of the run would be larger than ${LIMITS.outputsBytes} bytes (outputsBytes; ${outputLeft} left)`;
  return { code: 'output.too-large', message, retryable: false };
}

/** The same report of the same attempt by the same worker: decided once already. */
function isRepeated(
  task: TaskState,
  data: { attempt: number; lease?: string },
  outcomes: readonly TaskStatus[],
): boolean {
  return task.attempt === data.attempt && outcomes.includes(task.status) && task.lease === (data.lease ?? null);
}

function mustBeInHands(task: TaskState, attempt: number): void {
  if (task.attempt === attempt && inHands(task)) return;
  throw new Refused('task.lease-lost', `attempt ${attempt} is not under way: the task is ${task.status}`, {
    attempt: task.attempt,
    status: task.status,
  });
}
