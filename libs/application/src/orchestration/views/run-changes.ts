import {
  type Failure,
  type Plan,
  type PlannedTask,
  type Recorded,
  type WorkflowEvent,
  type WorkflowStatus,
  taskAt,
} from '@orrery/domain';
import type { FollowedCommit } from '../../kernel/follow.js';
import type { OpenTask, RunChange } from '../ports/runs.js';

/** The change of one run's rows, as it is being folded: a task that opened and ended in between is never written. */
interface Folding {
  started: RunChange['started'];
  status: WorkflowStatus | undefined;
  endedAt: number | null | undefined;
  error: Failure | null | undefined;
  tasksAdded: number;
  tasksEnded: number;
  tasksEndedUnlessStopping: number;
  /** Whether the run stops; nothing while these commits have not told, and only its row knows. */
  stopping: boolean | undefined;
  dueAt: number;
  drop: true | undefined;
  deletedAt: number | undefined;
  readonly open: Map<number, OpenTask>;
  readonly closed: Set<number>;
}

type Fold<E> = (folding: Folding, event: E, at: number, plan: Plan) => void;

/** What each event of a run changes in its rows. */
const FOLD: { readonly [T in WorkflowEvent['type']]: Fold<Extract<WorkflowEvent, { type: T }>> } = {
  WorkflowStarted: (folding, event, at, plan) => {
    const { definition, labels = {}, priority = 1, startedAt, due } = event;
    folding.started = {
      definition: definition.name,
      definitionVersion: definition.version,
      definitionHash: definition.hash,
      labels,
      priority,
      startedAt,
      tasksTotal: plan.taskCount,
    };
    folding.status = 'running';
    folding.stopping = false;
    dueAt(folding, due);
  },
  TaskQueued: (folding, event, at, plan) => {
    dueAt(folding, event.due);
    open(folding, taskAt(plan, event.task)!, {
      status: 'queued',
      attempt: event.attempt,
      since: at,
      due: null,
      worker: null,
      error: null,
    });
  },
  TaskStarted: (folding, { task, attempt, startedAt, due, until = null, signal, worker = null }, _at, plan) => {
    dueAt(folding, until ?? due);
    const status = until === null && signal === undefined ? 'running' : 'waiting';
    open(folding, taskAt(plan, task)!, { status, attempt, since: startedAt, due: until, worker, error: null });
  },
  TaskCompleted: (folding, { task }, _at, plan) => accept(folding, taskAt(plan, task)!),
  TaskSkipped: (folding, { task }, _at, plan) => accept(folding, taskAt(plan, task)!),
  TaskExpanded: (folding, { task, attempt, items }, at, plan) => {
    folding.tasksAdded += items.length;
    open(folding, taskAt(plan, task)!, { status: 'running', attempt, since: at, due: null, worker: null, error: null });
  },
  TaskCollected: (folding, { task }, _at, plan) => accept(folding, taskAt(plan, task)!),
  SignalReceived: () => undefined,
  TaskWithdrawn: (folding, { task }) => close(folding, task),
  TaskFailed: (folding, { task, attempt, error, retryAt }, at, plan) => {
    dueAt(folding, retryAt);
    const planned = taskAt(plan, task)!;
    const status = retryAt === undefined ? 'failed' : 'waiting';
    open(folding, planned, { status, attempt, since: at, due: retryAt ?? null, worker: null, error });
    if (status === 'failed') failedForGood(folding, planned);
  },
  WorkflowStopped: (folding, { cause, error }) => {
    folding.error = error;
    folding.stopping = true;
    if (cause === 'cancelled') folding.status = 'running';
  },
  CompensationStarted: (folding) => {
    folding.status = 'compensating';
  },
  WorkflowPaused: (folding) => {
    folding.status = 'paused';
  },
  WorkflowResumed: (folding, { status }) => {
    folding.status = status;
  },
  WorkflowRetried: (folding, { status, due }) => {
    folding.status = status;
    folding.endedAt = null;
    if (status === 'running') folding.error = null;
    folding.stopping = status === 'compensating';
    dueAt(folding, due);
  },
  WorkflowCompleted: (folding, _event, at) => end(folding, 'completed', at),
  WorkflowFailed: (folding, { error }, at) => {
    end(folding, 'failed', at);
    folding.error = error;
  },
  WorkflowCompensated: (folding, _event, at) => end(folding, 'compensated', at),
  WorkflowCancelled: (folding, _event, at) => end(folding, 'cancelled', at),
  WorkflowDeleted: (folding, _event, at) => {
    folding.deletedAt = at;
  },
};

/** Folds the commits of one run, in order, into the change of its rows. */
export function runChange(commits: readonly FollowedCommit[], plan: Plan): RunChange {
  const folding: Folding = {
    started: undefined,
    status: undefined,
    endedAt: undefined,
    error: undefined,
    tasksAdded: 0,
    tasksEnded: 0,
    tasksEndedUnlessStopping: 0,
    stopping: undefined,
    dueAt: Infinity,
    drop: undefined,
    deletedAt: undefined,
    open: new Map(),
    closed: new Set(),
  };
  const table = FOLD as { readonly [type: string]: Fold<WorkflowEvent> };
  for (const commit of commits) {
    for (const { event, at } of commit.recorded() as readonly Recorded<WorkflowEvent>[]) {
      table[event.type]!(folding, event, at, plan);
    }
  }
  const { namespace, stream, partition } = commits[0]!;
  const { started, status, endedAt, error, tasksAdded, tasksEnded, tasksEndedUnlessStopping, deletedAt } = folding;
  const { open, closed, drop: dropOpenTasks } = folding;
  const version = commits.at(-1)!.lastVersion;
  const openTasks = [...open.values()];
  const closedTasks = started ? [] : [...closed];
  const dueAt = folding.dueAt === Infinity ? undefined : folding.dueAt;
  // Written out: this is done for every run of every batch, and a spread or a rest costs more than all the folding.
  return {
    namespace,
    stream,
    partition,
    version,
    started,
    status,
    endedAt,
    error,
    tasksAdded,
    tasksEnded,
    tasksEndedUnlessStopping,
    dueAt,
    openTasks,
    closedTasks,
    dropOpenTasks,
    deletedAt,
  };
}

function open(
  folding: Folding,
  { ordinal, key, type, priority }: PlannedTask,
  { status, attempt, since, due, worker, error }: Omit<OpenTask, 'ordinal' | 'key' | 'type' | 'priority'>,
): void {
  folding.closed.delete(ordinal);
  folding.open.set(ordinal, { ordinal, key, type, priority, status, attempt, since, due, worker, error });
}

function close(folding: Folding, ordinal: number): void {
  folding.open.delete(ordinal);
  folding.closed.add(ordinal);
}

function accept(folding: Folding, { ordinal, compensates }: PlannedTask): void {
  if (compensates === null) folding.tasksEnded += 1;
  close(folding, ordinal);
}

/** An optional task's failure is accepted, unless the run stops: then a retry by hand opens the task again. */
function failedForGood(folding: Folding, { optional, compensates }: PlannedTask): void {
  if (compensates !== null) return;
  if (!optional) folding.stopping = true;
  else if (folding.stopping === undefined) folding.tasksEndedUnlessStopping += 1;
  else if (!folding.stopping) folding.tasksEnded += 1;
}

function end(folding: Folding, status: WorkflowStatus, at: number): void {
  folding.status = status;
  folding.endedAt = at;
  folding.drop = true;
  // Its row may say, from before a retry, that it failed.
  for (const [ordinal, task] of folding.open) if (task.status !== 'failed') close(folding, ordinal);
}

/** The earliest time that was set: a lower bound is enough, and is rewritten least. */
function dueAt(folding: Folding, due: number | undefined): void {
  if (due !== undefined && due < folding.dueAt) folding.dueAt = due;
}
