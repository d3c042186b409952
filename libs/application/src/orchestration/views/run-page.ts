import {
  type Failure,
  type Json,
  type Namespace,
  type Plan,
  type Recorded,
  type StreamId,
  type TaskEvent,
  type WorkflowCommand,
  type WorkflowEvent,
  type WorkflowState,
  type WorkflowStarted,
  evolve,
} from '@orrery/domain';
import type { Position } from '../../kernel/envelope.js';
import { type Commit, type Cursor, START } from '../../kernel/ports/log.js';
import { deciderOf } from '../workflow-streams.js';

/** When things happened to a task, in milliseconds since the epoch, and who did it. */
export interface TaskTimes {
  readonly queuedAt: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly worker: string | null;
}

/** A run as a person looks at it: its state, and when everything happened. The same fold, stopped early, is its past. */
export interface RunPage {
  readonly namespace: Namespace;
  readonly plan: Plan;
  version: number;
  /** Where its last commit stands in the log. */
  cursor: Cursor;
  readonly partition: number;
  state: WorkflowState;
  started: WorkflowStarted;
  endedAt: number | null;
  output: Json;
  error: Failure | null;
  /** Tasks, by ordinal, that were to be undone and are not. */
  notUndone: readonly number[];
  /** By ordinal, of the tasks that have begun. */
  readonly times: Map<number, TaskTimes>;
}

const NO_TIMES: TaskTimes = { queuedAt: null, startedAt: null, endedAt: null, worker: null };

/** When things happened to a task: to one that has not begun, nothing has. */
export function timesOf({ times }: RunPage, ordinal: number): TaskTimes {
  return times.get(ordinal) ?? NO_TIMES;
}

/** Where the last event of the page stands. */
export function positionOf({ cursor, partition, version, started }: RunPage): Position {
  return { ...cursor, partition, stream: started.id as StreamId, version };
}

/** A page before its first event. */
export function newPage(
  { namespace, partition }: Pick<Commit, 'namespace' | 'partition'>,
  plan: Plan,
  started: WorkflowStarted,
): RunPage {
  return {
    namespace,
    plan,
    version: 0,
    cursor: START,
    partition,
    state: deciderOf(plan).initial(),
    started,
    endedAt: null,
    output: null,
    error: null,
    notUndone: [],
    times: new Map(),
  };
}

type Note<E> = (page: RunPage, event: E, at: number) => void;
const noteEnd: Note<TaskEvent> = (page, { task }, at) => note(page, task, { endedAt: at });
const endRun: Note<unknown> = (page, _event, at) => {
  page.endedAt = at;
};

/** What an event adds to the page beyond the run's state: times, and what came of it. */
const NOTE: { readonly [T in WorkflowEvent['type']]?: Note<Extract<WorkflowEvent, { type: T }>> } = {
  TaskQueued: (page, { task }, at) => note(page, task, { ...NO_TIMES, queuedAt: at }),
  TaskStarted: (page, { task, startedAt, worker = null }) => note(page, task, { startedAt, endedAt: null, worker }),
  TaskExpanded: (page, { task }, at) => note(page, task, { startedAt: at, endedAt: null }),
  TaskCollected: noteEnd,
  TaskCompleted: noteEnd,
  TaskFailed: noteEnd,
  TaskSkipped: noteEnd,
  TaskWithdrawn: noteEnd,
  WorkflowStopped: (page, { error }) => {
    page.error = error;
  },
  WorkflowRetried: (page, { status }) => {
    page.endedAt = null;
    page.notUndone = [];
    if (status === 'running') page.error = null;
  },
  WorkflowCompleted: (page, { output }, at) => {
    page.endedAt = at;
    page.output = output;
  },
  WorkflowFailed: (page, { error, notUndone = [] }, at) => {
    page.endedAt = at;
    page.error = error;
    page.notUndone = notUndone;
  },
  WorkflowCompensated: endRun,
  WorkflowCancelled: endRun,
};

function note({ times }: RunPage, task: number, more: Partial<TaskTimes>): void {
  times.set(task, { ...(times.get(task) ?? NO_TIMES), ...more });
}

/** Folds one event into the page. */
export function turnPage(page: RunPage, { version, at, event }: Recorded<WorkflowEvent>): void {
  page.state = evolve<WorkflowState, WorkflowCommand, WorkflowEvent>(deciderOf(page.plan), page.state, event);
  page.version = version;
  (NOTE as Record<string, Note<WorkflowEvent> | undefined>)[event.type]?.(page, event, at);
}
