import type { Failure, Namespace, StreamId, TaskStatus, WorkflowStatus } from '@orrery/domain';
import type { NewnessRequest, Page, PageRequest } from '../../kernel/page.js';
import type { Cursor, StreamKey } from '../../kernel/ports/log.js';
import type { DeadLetterChange } from './dead-letter-rows.js';

/** An open or failed task, as lists and take-over need it. Times are milliseconds since the epoch. */
export interface OpenTask {
  readonly ordinal: number;
  readonly key: string;
  readonly type: string;
  readonly status: TaskStatus;
  readonly attempt: number;
  readonly priority: number;
  /** When the current attempt was queued, or its wait began. */
  readonly since: number;
  /** When the next attempt is due, for a task that waits. */
  readonly due: number | null;
  readonly worker: string | null;
  readonly error: Failure | null;
}

/** What a batch of events changes in the row of one run. A field that is not given stays as it is. */
export interface RunChange extends StreamKey {
  readonly partition: number;
  /** The run's version after the batch: a row is only ever moved to a higher one. */
  readonly version: number;
  /** Given when the run started in this batch: its row is new. */
  readonly started?: {
    readonly definition: string;
    readonly definitionVersion: number | null;
    readonly definitionHash: string;
    readonly labels: { readonly [key: string]: string };
    readonly priority: number;
    readonly startedAt: number;
    readonly tasksTotal: number;
  };
  readonly status?: WorkflowStatus;
  readonly endedAt?: number | null;
  readonly error?: Failure | null;
  /**
   * How many tasks the items of a `forEach` became, and how many tasks are done with for good, which no retry by hand
   * opens again: added to the row's counts.
   */
  readonly tasksAdded?: number;
  readonly tasksEnded?: number;
  /** How many more are, unless the run stops already: that is when its row has an error before this change. */
  readonly tasksEndedUnlessStopping?: number;
  /** The earliest time that the batch set: a lower bound of when the run falls due next. */
  readonly dueAt?: number;
  /** Open and failed tasks to be written, by ordinal. */
  readonly openTasks: readonly OpenTask[];
  /** Ordinals whose rows go: they ended well. */
  readonly closedTasks: readonly number[];
  /** The run ended, or stopped: every row that is not `failed` and not in `openTasks` goes. */
  readonly dropOpenTasks?: boolean;
  /** The run was deleted then, in milliseconds since the epoch: all its rows go, and it is remembered as deleted. */
  readonly deletedAt?: number;
}

/** A change of the list of definitions. */
export interface DefinitionChange {
  readonly namespace: Namespace;
  readonly stream: StreamId;
  readonly partition: number;
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  readonly registeredAt: number;
}

export interface CheckpointMove {
  readonly partition: number;
  readonly from: Cursor;
  readonly to: Cursor;
}

/** A batch of what a follower folded: written whole, with its checkpoints, in one transaction. */
export interface ViewBatch {
  readonly runs: readonly RunChange[];
  readonly definitions: readonly DefinitionChange[];
  readonly deadLetters: readonly DeadLetterChange[];
  readonly moves: readonly CheckpointMove[];
}

/** The name of the follower that writes these views, in the checkpoints. */
export const VIEWS_FOLLOWER = 'views';

/** Where the views are written. */
export abstract class ViewWriter {
  /** False: somebody else moved a checkpoint; nothing was written, and the follower loads its checkpoints again. */
  abstract write(batch: ViewBatch): Promise<boolean>;
  /** The definition's hash of these runs, for those that have a row. */
  abstract definitionHashes(runs: readonly StreamKey[]): Promise<ReadonlyMap<string, string>>;
  /** Runs of these partitions that fall due before a time (by the lower bound), and those that have open tasks. */
  abstract openRuns(partitions: readonly number[], dueBefore: number): AsyncIterable<readonly OpenRun[]>;
  /** Runs of these partitions that ended before a time, those that started first before all others. */
  abstract endedRuns(partitions: readonly number[], endedBefore: number, limit: number): Promise<readonly StreamKey[]>;
  /** Runs of these partitions that were deleted before a time, and that are still remembered, the oldest first. */
  abstract deletedRuns(
    partitions: readonly number[],
    deletedBefore: number,
    limit: number,
  ): Promise<readonly DeletedRun[]>;
  /** Remembers these no longer: what there was of them is gone. */
  abstract forgetDeleted(runs: readonly StreamKey[]): Promise<void>;
}

/** A run that was deleted, and where in its stream that stands. */
export interface DeletedRun extends StreamKey {
  readonly partition: number;
  readonly version: number;
}

/** A run that is to be taken over. */
export interface OpenRun extends StreamKey {
  readonly partition: number;
  readonly version: number;
  readonly status: WorkflowStatus;
  readonly dueAt: number | null;
  /** When its attempts that are queued or under way were queued, by ordinal, as far as the views know them. */
  readonly queuedAt: ReadonlyMap<number, number>;
}

/** A row of the list of runs. */
export interface RunSummary {
  readonly id: StreamId;
  readonly definition: string;
  readonly definitionVersion: number | null;
  readonly status: WorkflowStatus;
  readonly labels: { readonly [key: string]: string };
  readonly priority: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly version: number;
  readonly tasksTotal: number;
  readonly tasksEnded: number;
  readonly error: Failure | null;
}

export interface RunFilter {
  readonly namespace: Namespace;
  readonly status?: readonly WorkflowStatus[];
  readonly definition?: string;
  readonly startedAfter?: number;
  readonly startedBefore?: number;
  readonly endedBefore?: number;
  /** The run has all of these labels: with this value, or with any. */
  readonly labels?: readonly LabelFilter[];
  /**
   * Every word of it begins a word of the definition's name, of a label's name or value, or of the error's code or
   * message; or it is how the run's id begins.
   */
  readonly q?: string;
}

export interface LabelFilter {
  readonly name: string;
  readonly value?: string;
}

export interface TaskFilter {
  readonly namespace: Namespace;
  readonly status?: readonly TaskStatus[];
  readonly type?: string;
}

export interface TaskSummary extends OpenTask {
  readonly workflow: StreamId;
}

/** How many tasks of a type are in the hands of a worker, or wait for one where there is none. */
export interface WorkCount extends Pick<OpenTask, 'type' | 'worker'> {
  readonly count: number;
  /** When the first of them was queued, in milliseconds since the epoch. */
  readonly oldestAt: number;
}

export interface DefinitionSummary {
  readonly name: string;
  /** The newest version. */
  readonly version: number;
  readonly hash: string;
  readonly registeredAt: number;
}

/** How many runs there are in each status, and the checkpoints they were counted at. A status without any may be missing. */
export interface RunCounts {
  readonly counts: { readonly [Status in WorkflowStatus]?: number };
  readonly checkpoints: ReadonlyMap<number, Cursor>;
}

/** Questions that the views answer. */
export abstract class ViewReader {
  abstract listRuns(filter: RunFilter, page: PageRequest): Promise<Page<RunSummary>>;
  abstract countRuns(filter: RunFilter, newness?: NewnessRequest): Promise<RunCounts>;
  /** Those of these runs that have not ended, as far as the views know. */
  abstract runningAmong(namespace: Namespace, ids: readonly StreamId[]): Promise<ReadonlySet<StreamId>>;
  abstract listTasks(filter: TaskFilter, page: PageRequest): Promise<Page<TaskSummary>>;
  /** What waits for workers, and what they do: as far as the views know, and all of it. */
  abstract countWork(namespace: Namespace): Promise<readonly WorkCount[]>;
  abstract listDefinitions(namespace: Namespace, page: PageRequest): Promise<Page<DefinitionSummary>>;
}
