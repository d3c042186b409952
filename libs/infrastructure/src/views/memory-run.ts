import type { OpenRun, OpenTask, RunChange, RunSummary, StreamKey, TaskSummary } from '@orrery/application';
import type { Failure } from '@orrery/domain';
import type { searchOf } from './filters.js';
import { errorTerms, startTerms } from './search-words.js';
import { storableLabels, storableText, storableTime } from './storable.js';

/** A run's row and those of its open and failed tasks, in memory: the same as the tables hold. */
export class MemoryRun {
  private readonly tasks = new Map<number, OpenTask>();

  constructor(
    readonly key: StreamKey,
    readonly partition: number,
    readonly definitionHash: string,
    private row: RunSummary,
    private dueAt: number | null,
  ) {}

  /** The row of a run that started with this change. */
  static begin(change: RunChange, started: NonNullable<RunChange['started']>): MemoryRun {
    const { namespace, stream, partition } = change;
    const row: RunSummary = {
      id: stream,
      definition: storableText(started.definition),
      definitionVersion: started.definitionVersion,
      status: 'running',
      labels: storableLabels(started.labels),
      priority: started.priority,
      startedAt: storableTime(started.startedAt),
      endedAt: null,
      version: 0,
      tasksTotal: started.tasksTotal,
      tasksEnded: 0,
      error: null,
    };
    return new MemoryRun({ namespace, stream }, partition, storableText(started.definitionHash), row, null);
  }

  get version(): number {
    return this.row.version;
  }

  get summary(): RunSummary {
    return { ...this.row, labels: { ...this.row.labels }, error: copyOf(this.row.error) };
  }

  isFound({ labels, words, ids }: NonNullable<ReturnType<typeof searchOf>>): boolean {
    const { id, error } = this.row;
    const terms = [...startTerms(this.row), ...errorTerms(error)];
    const isById = ids !== null && ids[0] <= id && id <= ids[1];
    const isByWords =
      words === null || (words.length > 0 && words.every((word) => terms.some((term) => term.startsWith(word))));
    return (isById || isByWords) && labels.every((label) => terms.includes(label));
  }

  get taskSummaries(): TaskSummary[] {
    return [...this.tasks.values()].map((task) => ({ ...copyOfTask(task), workflow: this.key.stream }));
  }

  /** The run as take-over finds it, unless it has ended, or nothing is open in it and nothing falls due before the time. */
  openBefore(dueBefore: number): OpenRun | undefined {
    const { key, partition, dueAt } = this;
    const { version, status, endedAt } = this.row;
    if (endedAt !== null) return undefined;
    const hasOpenTasks = [...this.tasks.values()].some((task) => task.status !== 'failed');
    if (!hasOpenTasks && (dueAt === null || dueAt >= dueBefore)) return undefined;
    return { ...key, partition, version, status, dueAt, queuedAt: this.queuedAt };
  }

  private get queuedAt(): ReadonlyMap<number, number> {
    const inHands = [...this.tasks.values()].filter((task) => task.status === 'queued' || task.status === 'running');
    return new Map(inHands.map(({ ordinal, since }) => [ordinal, since]));
  }

  change(change: RunChange): void {
    const { version, status, endedAt, error, tasksAdded = 0 } = change;
    this.row = {
      ...this.row,
      version,
      status: status ?? this.row.status,
      endedAt: endedAt === undefined ? this.row.endedAt : endedAt && storableTime(endedAt),
      error: error === undefined ? this.row.error : copyOf(error),
      tasksTotal: this.row.tasksTotal + tasksAdded,
      tasksEnded: this.row.tasksEnded + this.newlyEnded(change),
    };
    this.dueAt = endedAt == null ? earlier(this.dueAt, change.dueAt) : null;
    this.changeTasks(change);
  }

  private newlyEnded({ tasksEnded = 0, tasksEndedUnlessStopping = 0 }: RunChange): number {
    return tasksEnded + (this.row.error === null ? tasksEndedUnlessStopping : 0);
  }

  private changeTasks({ dropOpenTasks, closedTasks, openTasks }: RunChange): void {
    for (const [ordinal, { status }] of this.tasks) {
      if (dropOpenTasks && status !== 'failed') this.tasks.delete(ordinal);
    }
    for (const ordinal of closedTasks) this.tasks.delete(ordinal);
    for (const task of openTasks) this.tasks.set(task.ordinal, storableTask(task));
  }
}

/** The lower bound of when a run falls due moves to earlier times only: what else it waits for is not known here. */
function earlier(dueAt: number | null, at: number | undefined): number | null {
  if (at === undefined) return dueAt;
  return Math.min(dueAt ?? Infinity, storableTime(at));
}

function storableTask(task: OpenTask): OpenTask {
  return {
    ...task,
    key: storableText(task.key),
    type: storableText(task.type),
    since: storableTime(task.since),
    due: task.due === null ? null : storableTime(task.due),
    worker: task.worker === null ? null : storableText(task.worker),
    error: copyOf(task.error),
  };
}

function copyOfTask(task: OpenTask): OpenTask {
  return { ...task, error: copyOf(task.error) };
}

function copyOf(error: Failure | null): Failure | null {
  return structuredClone(error);
}
