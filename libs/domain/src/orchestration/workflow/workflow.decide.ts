import type { Decide, Moment } from '../../kernel/decider.js';
import { didYouMean, suggester } from '../../kernel/did-you-mean.js';
import { NotFound, Refused } from '../../kernel/errors.js';
import { timersDue } from '../../kernel/timers.js';
import { taskAt } from '../definition/items.js';
import { LIMITS } from '../definition/limits.js';
import type { Plan, PlannedTask } from '../definition/plan.js';
import type { TaskCommand } from '../task/task.commands.js';
import type { TaskEvent } from '../task/task.events.js';
import { type TaskContext, type TaskState, decideTask, timedOut } from '../task/task.js';
import { hasEnded } from './workflow-status.js';
import type { Start, WorkflowCommand } from './workflow.commands.js';
import { beginTask } from './begin-task.js';
import type { WorkflowEvent } from './workflow.events.js';
import {
  WHOLE_RUN,
  type WorkflowState,
  firesAt,
  isStopping,
  isTooLong,
  outputLeft,
  runDeleted,
  taskOf,
} from './workflow.state.js';

type Decides<C> = Decide<WorkflowState, C, WorkflowEvent>;
const NOTHING: readonly WorkflowEvent[] = [];

/** What a command means for the run of a plan: its first events, or why not. */
export function workflowDecide(plan: Plan): {
  readonly [T in WorkflowCommand['type']]: Decides<Extract<WorkflowCommand, { type: T }>>;
} {
  const ofTask: Decides<TaskCommand> = (command, state, moment) => decideInTask(plan, command, state, moment);
  return {
    StartWorkflow: ({ data }, state, { now }) => {
      if (state.deleted) throw runDeleted();
      if (state.status !== null) return NOTHING;
      return [started(data, now, plan)];
    },

    CancelWorkflow: ({ data }, state) => {
      const status = mustExist(state);
      if (status === 'cancelled' || (state.stopped?.cause === 'cancelled' && !hasEnded(status))) return NOTHING;
      mustNotHaveEnded(state);
      mustNotBeStopping(state);
      const error = { code: 'workflow.cancelled', message: data.reason ?? 'the run was cancelled' };
      return [{ type: 'WorkflowStopped', v: 1, cause: 'cancelled', error, compensate: data.compensate ?? true }];
    },

    PauseWorkflow: ({ data }, state, { now }) => {
      if (mustExist(state) === 'paused') return NOTHING;
      mustNotHaveEnded(state);
      return [{ type: 'WorkflowPaused', v: 1, pausedAt: now, ...data }];
    },

    ResumeWorkflow: ({ data: { by } }, state, { now }) => {
      mustExist(state);
      mustNotHaveEnded(state);
      if (state.status !== 'paused') return NOTHING;
      // What somebody paused by hand does not go on because its parent does.
      if (by === 'parent' && state.pausedBy !== 'parent') return NOTHING;
      return [{ type: 'WorkflowResumed', v: 1, resumedAt: now, status: state.statusBefore! }];
    },

    RetryWorkflow: (_, state, { now }) => {
      mustBeFailed(state);
      if (state.stopped!.compensate) return [{ type: 'WorkflowRetried', v: 1, status: 'compensating' }];
      return [{ type: 'WorkflowRetried', v: 1, status: 'running', ...runDue(plan, now) }];
    },

    DeleteWorkflow: (_, state) => {
      if (state.deleted) return NOTHING;
      mustExist(state);
      mustHaveEnded(state);
      return [{ type: 'WorkflowDeleted', v: 1 }];
    },

    SignalWorkflow: ({ data: { name, payload } }, state) => {
      mustExist(state);
      mustNotHaveEnded(state);
      mustAwait(plan, name);
      mustHaveRoom(state);
      return [{ type: 'SignalReceived', v: 1, name, payload }];
    },

    FireTimers: (_, state, moment) => fireTimers(plan, state, moment),

    StartTask: ofTask,
    CompleteTask: ofTask,
    FailTask: ofTask,
    WithdrawTask: ofTask,
  };
}

function decideInTask(plan: Plan, command: TaskCommand, state: WorkflowState, moment: Moment): readonly TaskEvent[] {
  mustExist(state);
  const planned = taskAt(plan, command.data.task);
  const task = taskOf(state, command.data.task) as TaskState | undefined;
  if (!planned || !task) throw new NotFound('task.not-found', `the run has no task ${command.data.task}`);
  const rule = decideTask[command.type] as (
    command: TaskCommand,
    task: TaskState,
    context: TaskContext,
  ) => readonly TaskEvent[];
  return rule(command, task, contextOf(planned, state, moment));
}

function contextOf(planned: PlannedTask, state: WorkflowState, moment: Moment): TaskContext {
  return {
    now: moment.now,
    random: moment.random,
    planned,
    stopping: planned.compensates === null && isStopping(state),
    waitingSince: state.pausedAt ?? moment.now,
    outputLeft: outputLeft(state, planned),
  };
}

/** Whatever is due by now happens, earliest first. The whole run's time comes before that of its tasks. */
function* fireTimers(plan: Plan, state: WorkflowState, moment: Moment): Iterable<WorkflowEvent> {
  const subjects = timersDue(state.timers, moment.now, (subject) => firesAt(state, subject));
  if (subjects.includes(WHOLE_RUN)) yield runTimedOut(plan);
  for (const ordinal of subjects) {
    if (ordinal === WHOLE_RUN) continue;
    const task = taskOf(state, ordinal);
    const context = contextOf(taskAt(plan, ordinal)!, state, moment);
    // One that fired before it may have stopped the run, which ends whatever no worker has begun.
    if (!context.stopping || task.status === 'running') yield fireTask(plan, task, context, state);
  }
}

/** A task's time has come: its sleep is over, its next attempt is due, or its patience has run out, also for a signal. */
function fireTask(plan: Plan, task: TaskState, context: TaskContext, state: WorkflowState): WorkflowEvent {
  const { planned } = context;
  if (task.status !== 'waiting') return timedOut(task, context);
  // Whose attempt has ended waits for its next one; whose attempt goes on sleeps.
  if (task.ended !== null) return beginTask(planned, task.attempt + 1, { plan, state, moment: context });
  if (task.signal !== undefined) return timedOut(task, context);
  return { type: 'TaskCompleted', v: 1, task: planned.ordinal, attempt: task.attempt, output: null };
}

function started({ id, definition, input, labels, priority, parent }: Start, now: number, plan: Plan): WorkflowEvent {
  return {
    type: 'WorkflowStarted',
    v: 1,
    id,
    definition,
    input,
    ...(labels === undefined ? {} : { labels }),
    ...(priority === undefined ? {} : { priority }),
    startedAt: now,
    ...runDue(plan, now),
    ...(parent === undefined ? {} : { parent }),
  };
}

function runDue({ timeoutMs }: Plan, now: number): { due?: number } {
  return timeoutMs === null ? {} : { due: now + timeoutMs };
}

function runTimedOut(plan: Plan): WorkflowEvent {
  const error = { code: 'workflow.timed-out', message: `the run did not end within ${plan.timeoutMs} ms` };
  return { type: 'WorkflowStopped', v: 1, cause: 'timed-out', error, compensate: plan.onFailure === 'compensate' };
}

function mustExist(state: WorkflowState) {
  if (state.status === null) throw new NotFound('workflow.not-found', 'there is no such run');
  if (state.deleted) throw runDeleted();
  return state.status;
}

function mustNotHaveEnded({ status }: WorkflowState): void {
  if (hasEnded(status!)) throw new Refused('workflow.ended', `the run has ended: it is ${status}`, { status });
}

/** Only what is over can be deleted: workers, timers and parents still count on everything else. */
export function mustHaveEnded({ status }: WorkflowState): void {
  if (hasEnded(status!)) return;
  throw new Refused('workflow.not-ended', `only an ended run can be deleted, and this one is ${status}`, { status });
}

function mustNotBeStopping(state: WorkflowState): void {
  if (!isStopping(state)) return;
  const { status } = state;
  const message = 'the run is failing already: it ends when what it did is undone';
  throw new Refused('workflow.stopping', message, { status });
}

/** A signal that nothing can ever wait for would be kept in vain: its name is mistaken. */
function mustAwait({ signals: { schemas, computed } }: Plan, name: string): void {
  if (computed || schemas.has(name)) return;
  const meant = didYouMean(suggester(schemas.keys())(name));
  throw new NotFound('signal.not-found', `no task of this run waits for a signal "${name}"${meant}`, { signal: name });
}

function mustHaveRoom(state: WorkflowState): void {
  const { signalsKept } = LIMITS;
  if (isTooLong(state)) throw new Refused('workflow.history-too-long', 'the run has recorded more than it may');
  if (state.signalsKept < signalsKept) return;
  const message = `the run keeps ${signalsKept} signals that nothing has taken yet, and no more (signalsKept)`;
  throw new Refused('signal.too-many', message, { limit: 'signalsKept', value: signalsKept });
}

function mustBeFailed(state: WorkflowState): void {
  const status = mustExist(state);
  if (status === 'failed') return;
  throw new Refused('workflow.not-failed', `only a failed run can be retried, and this one is ${status}`, { status });
}
