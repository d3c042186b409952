import type { Compensation, Failure, Task, TaskStatus, Workflow, WorkflowEvent, WorkflowStatus } from '@orrery/sdk';

/** A task as it is drawn. Times are milliseconds since the epoch, by the server's clock. */
export interface TaskPicture {
  readonly id: string;
  readonly key: string;
  readonly type: string;
  readonly dependsOn: readonly string[];
  readonly maxAttempts: number;
  status: TaskStatus;
  attempt: number;
  queuedAt: number | null;
  startedAt: number | null;
  endedAt: number | null;
  /** When it goes on by itself. */
  nextAt: number | null;
  error: Failure | null;
  /** How many items it has, if it is done once for each of a list. */
  readonly items: number | null;
  /** The run that does it, if it is a run of its own. */
  readonly childId: string | null;
}

/** What is known of an event's task: its data says more than the type of every event does. */
interface TaskData {
  readonly taskId: string;
  readonly attempt: number;
  readonly error?: Failure;
  readonly retryAt?: string;
  readonly until?: string;
  readonly startedAt?: string;
}

type Change = (task: TaskPicture, data: TaskData, at: number) => void;

/** What an event makes of its task. */
const CHANGES: { readonly [type: string]: Change } = {
  TaskQueued: (task, { attempt }, at) =>
    void Object.assign(task, { status: 'queued', attempt, queuedAt: at, startedAt: null, endedAt: null, nextAt: null }),
  TaskStarted(task, { attempt, until, startedAt }, at) {
    const nextAt = until === undefined ? null : Date.parse(until);
    const status = nextAt === null ? 'running' : 'waiting';
    Object.assign(task, { status, attempt, nextAt, startedAt: startedAt ? Date.parse(startedAt) : at, error: null });
  },
  TaskCompleted: (task, _data, at) => void Object.assign(task, { status: 'completed', endedAt: at, error: null }),
  TaskFailed(task, { error = null, retryAt }, at) {
    const nextAt = retryAt === undefined ? null : Date.parse(retryAt);
    Object.assign(task, { status: nextAt === null ? 'failed' : 'waiting', error, nextAt, endedAt: at });
  },
  TaskSkipped: (task, _data, at) => void Object.assign(task, { status: 'skipped', endedAt: at }),
  TaskWithdrawn: (task, _data, at) => void Object.assign(task, { status: 'cancelled', endedAt: at }),
};

/** What an attempt to undo a task makes of the task itself. */
const UNDOING: { readonly [type: string]: TaskStatus } = {
  TaskQueued: 'compensating',
  TaskStarted: 'compensating',
  TaskCompleted: 'compensated',
};

/** What an event makes of the run; where there is more to it, the server is asked again. */
const RUN_CHANGES: { readonly [type: string]: WorkflowStatus } = {
  WorkflowPaused: 'paused',
  CompensationStarted: 'compensating',
};

/** Events that change what this picture does not keep. */
const MORE_CHANGES = new Set([
  'WorkflowStopped',
  'WorkflowResumed',
  'WorkflowRetried',
  'WorkflowCompleted',
  'WorkflowFailed',
  'WorkflowCompensated',
  'WorkflowCancelled',
]);

const ENDED: ReadonlySet<TaskStatus> = new Set(['completed', 'failed', 'skipped', 'cancelled', 'compensated']);
export const isEnded = ({ status }: TaskPicture): boolean => ENDED.has(status);

/** A run as it is drawn: read once, and from then on followed by its events. */
export class RunPicture {
  run!: Workflow;
  tasks: readonly TaskPicture[] = [];
  /** When tasks ended while this was looked at, oldest first: how fast it goes. */
  readonly ends: number[] = [];
  /** The newest time by the server's clock, and when it was heard here. */
  private heard = { at: 0, here: 0 };
  private byId = new Map<string, TaskPicture>();
  private undoes = new Map<string, TaskPicture>();

  constructor(
    run: Workflow,
    private readonly now: () => number,
  ) {
    this.read(run);
    this.hear(Math.max(Date.parse(run.startedAt), ...this.tasks.map(latest)));
  }

  /** What time it is there: its clock may differ from the one here. */
  get time(): number {
    if (this.run.endedAt !== null) return Date.parse(this.run.endedAt);
    return this.heard.at + (this.now() - this.heard.here);
  }

  /** Takes the run as the server says it is. */
  read(run: Workflow): void {
    this.run = run;
    this.tasks = run.tasks.map(pictureOf);
    this.byId = new Map(this.tasks.map((task) => [task.id, task]));
    const undoing = run.tasks.flatMap(({ id, compensation }) => (compensation ? [[compensation.id, id] as const] : []));
    this.undoes = new Map(undoing.map(([id, of]) => [id, this.byId.get(of)!]));
  }

  /** Takes an event. False when it means more than can be seen from it: the run has to be read again. */
  apply(event: WorkflowEvent): boolean {
    const { version, type, at } = event;
    this.hear(Date.parse(at));
    if (version <= this.run.version) return true;
    const status = RUN_CHANGES[type] ?? this.run.status;
    // Why it did not go on was said before this.
    this.run = { ...this.run, version, status, waitingFor: null };
    return 'taskId' in event.data ? this.applyToTask(event) : !MORE_CHANGES.has(type);
  }

  /** Takes the sentence on why it does not go on, if nothing has happened since. */
  explain({ version, waitingFor }: Workflow): void {
    if (version === this.run.version) this.run = { ...this.run, waitingFor };
  }

  /** The task that an event speaks of, whether it does it or undoes it. */
  taskOf({ data }: WorkflowEvent): TaskPicture | undefined {
    const { taskId } = data as unknown as TaskData;
    return this.byId.get(taskId) ?? this.undoes.get(taskId);
  }

  private applyToTask({ type, at, data }: WorkflowEvent): boolean {
    const ofTask = data as unknown as TaskData;
    const task = this.byId.get(ofTask.taskId);
    const undone = this.undoes.get(ofTask.taskId);
    if (undone && UNDOING[type]) undone.status = UNDOING[type];
    if (undone) return true;
    const change = CHANGES[type];
    if (!task || !change) return false;
    change(task, ofTask, Date.parse(at));
    if (isEnded(task)) this.ends.push(Date.parse(at));
    return true;
  }

  private hear(at: number): void {
    const { time } = this.heard.at === 0 ? { time: 0 } : this;
    if (this.heard.at === 0 || at > time) this.heard = { at, here: this.now() };
  }
}

const timeOf = (at: string | null) => (at === null ? null : Date.parse(at));
const latest = ({ queuedAt, startedAt, endedAt }: TaskPicture) => Math.max(queuedAt ?? 0, startedAt ?? 0, endedAt ?? 0);

/** Where undoing a task failed, that failure is what there is to be told of it. */
const errorOf = (error: Failure | null, undo: Compensation | null) => undo?.error ?? error;

function pictureOf(task: Task): TaskPicture {
  const { id, key, type, status, attempt, maxAttempts, dependsOn, compensation } = task;
  return {
    id,
    key,
    type,
    status,
    attempt,
    maxAttempts,
    dependsOn,
    queuedAt: timeOf(task.queuedAt),
    startedAt: timeOf(task.startedAt),
    endedAt: timeOf(task.endedAt),
    nextAt: timeOf(task.nextAttemptAt),
    error: errorOf(task.error, compensation),
    items: task.items?.total ?? null,
    childId: task.childId,
  };
}
