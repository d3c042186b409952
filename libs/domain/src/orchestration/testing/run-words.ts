import { type Moment, decide } from '../../kernel/decider.js';
import type { Failure } from '../../kernel/errors.js';
import type { WorkflowId } from '../../kernel/ids.js';
import type { Json } from '../../kernel/json.js';
import { SOME_MOMENT, given } from '../../kernel/testing/spec.js';
import { itemOrdinal, taskAt } from '../definition/items.js';
import type { Plan, PlannedTask } from '../definition/plan.js';
import { CompleteTask, FailTask, type ReportedFailure, StartTask, WithdrawTask } from '../task/task.commands.js';
import type { TaskEvent } from '../task/task.events.js';
import {
  CancelWorkflow,
  FireTimers,
  PauseWorkflow,
  ResumeWorkflow,
  RetryWorkflow,
  SignalWorkflow,
  StartWorkflow,
  type WorkflowCommand,
} from '../workflow/workflow.commands.js';
import type { WorkflowEvent } from '../workflow/workflow.events.js';
import { type WorkflowDecider, workflowDecider } from '../workflow/workflow.js';
import type { WorkflowState } from '../workflow/workflow.state.js';
import { type PlanSketch, type TaskSketch, plan as planOf } from './plan-builder.js';

/** Every time in these words is in milliseconds since the run started. */
const START = SOME_MOMENT.now;
export const at = (ms: number, random = 0.5) => ({ now: START + ms, random: () => random });

export const RUN_ID = '0190d5a8-0000-7000-8000-000000000001' as WorkflowId;
const DEFINITION = { name: 'sketch', version: 1, hash: 'aa' };

/** A failure as a worker reports it and as it is recorded. */
export const error = (code: string): Failure => ({ code, message: `it failed: ${code}` });

export const cancel = (how: { reason?: string; compensate?: boolean } = {}) => new CancelWorkflow(how);
export const pause = () => new PauseWorkflow({});
export const resume = () => new ResumeWorkflow({});
export const retry = () => new RetryWorkflow({});
export const signal = (name: string, payload: Json = null) => new SignalWorkflow({ name, payload });
export const fire = () => new FireTimers({});
export const start = (input: Json = null) => new StartWorkflow({ id: RUN_ID, definition: DEFINITION, input });

type Of<Type extends WorkflowEvent['type']> = Extract<WorkflowEvent, { type: Type }>;
type Task = string;
type Numbered = { readonly attempt?: number };

/**
 * The words in which specs tell of the runs of a plan: commands and events that name tasks by key, an item of `a` as
 * `a[1]` and the compensation of `a` as `~a`. Attempts are the first, leases and outputs none, unless something else is said.
 */
export function runsOf(sketches: { readonly [key: string]: TaskSketch }, rest: PlanSketch = {}) {
  return wordsFor(planOf(sketches, rest));
}

export function wordsFor(plan: Plan) {
  const decider = workflowDecider(plan);
  const ordinal = (name: Task) => ordinalIn(plan, name);
  const started = (input: Json = null): Of<'WorkflowStarted'> => ({
    type: 'WorkflowStarted',
    v: 1,
    id: RUN_ID,
    definition: DEFINITION,
    input,
    startedAt: START,
    ...(plan.timeoutMs === null ? {} : { due: START + plan.timeoutMs }),
  });
  return {
    plan,
    decider,
    ordinal,
    /** Nothing yet. */
    nothing: tell(decider, []),
    /** A run after these commands, each at its moment, whatever that brought with it. */
    after: (...steps: readonly Step[]) => tell(decider, told(decider, steps)),
    ...commandsFor(ordinal),
    ...taskEventsFor(ordinal),
    ...WORKFLOW_EVENTS,
    started,
    stopped: (
      cause: Of<'WorkflowStopped'>['cause'],
      failure: Failure,
      { task, compensate = plan.onFailure === 'compensate' }: { task?: Task; compensate?: boolean } = {},
    ): Of<'WorkflowStopped'> => ({
      type: 'WorkflowStopped',
      v: 1,
      cause,
      error: failure,
      ...(task === undefined ? {} : { task: ordinal(task) }),
      compensate,
    }),
    runFailed: (failure: Failure, notUndone?: readonly Task[]): Of<'WorkflowFailed'> => ({
      type: 'WorkflowFailed',
      v: 1,
      error: failure,
      ...(notUndone === undefined ? {} : { notUndone: notUndone.map(ordinal) }),
    }),
  };
}

/** The ordinal of a task; `a[1]` is the second item of `a`, and `~` stands before what undoes one. */
function ordinalIn(plan: Plan, name: Task): number {
  const [, tilde, key, index] = /^(~?)([^[]+)(?:\[(\d+)\])?$/.exec(name)!;
  const isCompensation = tilde === '~';
  const isMeant = (task: PlannedTask) => task.key === key && (task.compensates !== null) === isCompensation;
  if (index === undefined) return plan.tasks.find(isMeant)!.ordinal;
  const item = itemOrdinal(plan, ordinalIn(plan, key!), Number(index));
  return isCompensation ? taskAt(plan, item)!.compensation! : item;
}

const tell = (decider: WorkflowDecider, events: readonly WorkflowEvent[]) =>
  given<WorkflowState, WorkflowCommand, WorkflowEvent>(decider, events);

/** A command, and when it comes, if it matters. */
export type Step = WorkflowCommand | readonly [WorkflowCommand, Moment];

function told(decider: WorkflowDecider, steps: readonly Step[]): WorkflowEvent[] {
  let state = decider.initial();
  return steps.flatMap((step) => {
    const [command, moment] = Array.isArray(step)
      ? (step as [WorkflowCommand, Moment])
      : [step as WorkflowCommand, SOME_MOMENT];
    const decision = decide<WorkflowState, WorkflowCommand, WorkflowEvent>(decider, command, state, moment);
    state = decision.state;
    return decision.events;
  });
}

function commandsFor(ordinal: (name: Task) => number) {
  type Said = Numbered & { readonly lease?: string; readonly startedAt?: number; readonly worker?: string };
  const said = (name: Task, { attempt = 1, startedAt, ...rest }: Said) => ({
    task: ordinal(name),
    attempt,
    ...rest,
    ...(startedAt === undefined ? {} : { startedAt: START + startedAt }),
  });
  return {
    begin: (name: Task, { startedAt = 0, ...rest }: Said = {}) =>
      new StartTask({ ...said(name, rest), startedAt: START + startedAt }),
    complete: (name: Task, { output = null, ...rest }: Said & { readonly output?: Json } = {}) =>
      new CompleteTask({ ...said(name, rest), output }),
    fail: (name: Task, { error: how = error('boom'), ...rest }: Said & { readonly error?: ReportedFailure } = {}) =>
      new FailTask({ ...said(name, rest), error: how }),
    withdraw: (name: Task, { attempt = 1 }: Numbered = {}) => new WithdrawTask({ task: ordinal(name), attempt }),
  };
}

type Times = { readonly due?: number; readonly retryAt?: number; readonly until?: number; readonly startedAt?: number };

function taskEventsFor(ordinal: (name: Task) => number) {
  const event = <Type extends TaskEvent['type']>(type: Type, name: Task, said: object & Numbered): Of<Type> => {
    const { attempt = 1, ...rest } = said as Numbered & Times;
    const isTime = (key: string) => ['due', 'retryAt', 'until', 'startedAt'].includes(key);
    const absolute = Object.entries(rest).map(([key, value]) => [key, isTime(key) ? START + (value as number) : value]);
    return { type, v: 1, task: ordinal(name), attempt, ...Object.fromEntries(absolute) } as Of<Type>;
  };
  type Leased = Numbered & { readonly lease?: string };
  return {
    queued: (name: Task, said: Numbered & { due?: number } = {}) => event('TaskQueued', name, said),
    began: (
      name: Task,
      said: Numbered & {
        readonly startedAt?: number;
        readonly due?: number;
        readonly until?: number;
        readonly worker?: string;
        readonly signal?: string;
        readonly child?: true;
      } = {},
    ) => event('TaskStarted', name, { startedAt: 0, ...said }),
    expanded: (name: Task, items: readonly Json[], said: Numbered = {}) =>
      event('TaskExpanded', name, { ...said, ...{ items } }),
    collected: (name: Task, said: Numbered = {}) => event('TaskCollected', name, said),
    completed: (name: Task, said: Leased & { output?: Json; signal?: string } = {}) =>
      event('TaskCompleted', name, { output: null, ...said }),
    failed: (name: Task, said: Leased & { error?: Failure; retryAt?: number } = {}) =>
      event('TaskFailed', name, { error: error('boom'), ...said }),
    skipped: (name: Task) => event('TaskSkipped', name, {}),
    withdrawn: (name: Task, said: Numbered = {}) => event('TaskWithdrawn', name, said),
  };
}

const WORKFLOW_EVENTS = {
  undoing: { type: 'CompensationStarted', v: 1 } as Of<'CompensationStarted'>,
  compensated: { type: 'WorkflowCompensated', v: 1 } as Of<'WorkflowCompensated'>,
  cancelled: { type: 'WorkflowCancelled', v: 1 } as Of<'WorkflowCancelled'>,
  deleted: { type: 'WorkflowDeleted', v: 1 } as Of<'WorkflowDeleted'>,
  received: (name: string, payload: Json = null): Of<'SignalReceived'> => ({
    type: 'SignalReceived',
    v: 1,
    name,
    payload,
  }),
  done: (output: Json = null): Of<'WorkflowCompleted'> => ({ type: 'WorkflowCompleted', v: 1, output }),
  paused: (ms: number): Of<'WorkflowPaused'> => ({ type: 'WorkflowPaused', v: 1, pausedAt: START + ms }),
  resumed: (ms: number, status: Of<'WorkflowResumed'>['status'] = 'running'): Of<'WorkflowResumed'> => ({
    type: 'WorkflowResumed',
    v: 1,
    resumedAt: START + ms,
    status,
  }),
  retried: (status: Of<'WorkflowRetried'>['status'], due?: number): Of<'WorkflowRetried'> => ({
    type: 'WorkflowRetried',
    v: 1,
    status,
    ...(due === undefined ? {} : { due: START + due }),
  }),
};
