import type { Attempt, Failure, Run, RunEvent, RunStatus, Task } from '../api/types.js';

/** What the events say of a run; the server's own answer for the same version says more, and comes later. */
export type FoldedRun = Pick<Run, 'status' | 'endedAt' | 'error' | 'version'> & { readonly tasks: readonly Task[] };

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };
type MutableAttempt = Mutable<Attempt>;
type MutableTask = Mutable<Task>;

interface Folding {
  readonly tasks: readonly MutableTask[];
  /** Tasks and what undoes them, by id. */
  readonly attempts: ReadonlyMap<string, MutableAttempt>;
  /** Which task each compensation undoes, by the compensation's id. */
  readonly undoes: ReadonlyMap<string, MutableTask>;
  /** Tasks that become one for each item, by key. They have `items` once they have begun. */
  readonly lists: ReadonlyMap<string, MutableTask>;
  status: RunStatus;
  statusBefore: RunStatus;
  endedAt: string | null;
  error: Failure | null;
  version: number;
}

/** Of an attempt that has not begun. What went wrong with the one before it stays, until one goes well. */
const NO_TIMES = { queuedAt: null, startedAt: null, endedAt: null, nextAttemptAt: null, worker: null } as const;
const NOTHING = { ...NO_TIMES, status: 'pending', attempt: 0, waitingFor: null, error: null } as const;

/** The key of the list that an item belongs to: `convert` of `convert[3]`. */
export function listKey(key: string): string | undefined {
  return /^(.*)\[\d+\]$/s.exec(key)?.[1];
}

/**
 * A run as it was after its first `version` events, folded from them alone: what a person sees while the slider moves,
 * without asking anybody. `plan` is its tasks as any page has them; their states are not read.
 */
export function foldRun(plan: readonly Task[], events: readonly RunEvent[], version: number): FoldedRun {
  const folding = begin(plan);
  for (const [at, event] of events.entries()) {
    if (event.version > version) break;
    folding.version = event.version;
    if ('taskId' in event.data && event.type.startsWith('Task')) foldTask(folding, event);
    else RUN_EVENTS[event.type]?.(folding, event);
    if (event.type === 'TaskFailed' && events[at + 1]?.type === 'WorkflowStopped') failList(folding, event);
  }
  const { status, endedAt, error } = folding;
  return { status, endedAt, error, version: folding.version, tasks: shownTasks(folding) };
}

function begin(plan: readonly Task[]): Folding {
  const tasks = plan.map((task): MutableTask => {
    const compensation = task.compensation && { ...task.compensation, ...NOTHING };
    return { ...task, ...NOTHING, output: null, outputOmitted: undefined, items: null, compensation };
  });
  const attempts = new Map<string, MutableAttempt>(tasks.map((task) => [task.id, task]));
  const undoes = new Map<string, MutableTask>();
  for (const task of tasks) {
    if (!task.compensation) continue;
    attempts.set(task.compensation.id, task.compensation);
    undoes.set(task.compensation.id, task);
  }
  const run = { status: 'running', statusBefore: 'running', endedAt: null, error: null, version: 0 } as const;
  const lists = new Map(tasks.flatMap((task, at) => (plan[at]!.items === null ? [] : [[task.key, task] as const])));
  return { tasks, attempts, undoes, lists, ...run };
}

function foldTask(folding: Folding, event: RunEvent): void {
  const id = event.data['taskId'] as string;
  const attempt = folding.attempts.get(id);
  if (!attempt) return;
  TASK_EVENTS[event.type]?.(attempt, event, folding);
  const undone = folding.undoes.get(id);
  if (undone) undone.status = statusOfUndone(attempt, undone);
}

/** An item that stops the run fails its list in the same moment. */
function failList({ lists }: Folding, { data }: RunEvent): void {
  const list = lists.get(listKey(String(data['key'])) ?? '');
  if (list) Object.assign(list, { status: 'failed', error: data['error'] });
}

/** What is being undone; a compensation that failed for good leaves its task completed. */
function statusOfUndone({ status }: Attempt, task: Task): Task['status'] {
  if (status === 'completed') return 'compensated';
  return status === 'failed' ? 'completed' : status === 'pending' ? task.status : 'compensating';
}

const text = (value: unknown) => (typeof value === 'string' ? value : null);

const TASK_EVENTS: {
  readonly [type: string]: ((attempt: MutableAttempt, event: RunEvent, folding: Folding) => void) | undefined;
} = {
  TaskQueued: (attempt, { at, data }) =>
    Object.assign(attempt, NO_TIMES, { status: 'queued', attempt: data['attempt'], queuedAt: at }),
  TaskStarted: (attempt, { at, data }) => {
    const waits = 'until' in data || 'signal' in data;
    const startedAt = text(data['startedAt']) ?? at;
    const worker = text(data['worker']);
    Object.assign(attempt, { status: waits ? 'waiting' : 'running', attempt: data['attempt'], startedAt, worker });
    Object.assign(attempt, { endedAt: null, nextAttemptAt: text(data['until']) });
  },
  TaskCompleted: (attempt, { at, data }) => {
    const ended = { status: 'completed', attempt: data['attempt'], endedAt: at };
    Object.assign(attempt, ended, { nextAttemptAt: null, error: null });
    if ('dependsOn' in attempt) (attempt as MutableTask).output = data['output'] ?? null;
  },
  TaskFailed: (attempt, { at, data }) => {
    const retryAt = text(data['retryAt']);
    const error = data['error'] as unknown as Failure;
    const ended = { status: retryAt ? 'waiting' : 'failed', attempt: data['attempt'], endedAt: at };
    Object.assign(attempt, ended, { error, nextAttemptAt: retryAt });
  },
  TaskSkipped: (attempt, { at }) => Object.assign(attempt, { status: 'skipped', endedAt: at }),
  TaskWithdrawn: (attempt, { at }) => Object.assign(attempt, { status: 'cancelled', endedAt: at }),
  TaskExpanded: (attempt, { at, data }) => {
    Object.assign(attempt, {
      status: 'running',
      attempt: data['attempt'],
      startedAt: at,
      items: { total: 0, ended: 0 },
    });
  },
  TaskCollected: (attempt, { at }, { tasks }) => {
    const output = tasks.flatMap((task) => (listKey(task.key) === attempt.key ? [task.output] : []));
    Object.assign(attempt, { status: 'completed', endedAt: at, error: null, output });
  },
};

const end =
  (status: RunStatus) =>
  (folding: Folding, { at, data }: RunEvent): void => {
    Object.assign(folding, { status, endedAt: at });
    if (data['error'] !== undefined) folding.error = data['error'] as unknown as Failure;
  };

const RUN_EVENTS: { readonly [type: string]: ((folding: Folding, event: RunEvent) => void) | undefined } = {
  WorkflowStopped: (folding, { data }) => {
    folding.error = data['error'] as unknown as Failure;
    if (folding.status === 'paused') folding.status = folding.statusBefore;
    for (const task of folding.tasks) {
      const isList = task.items !== null && task.status === 'running';
      if (task.status === 'pending' || task.status === 'waiting' || isList) task.status = 'cancelled';
    }
  },
  CompensationStarted: (folding) => void (folding.status = 'compensating'),
  WorkflowPaused: (folding) => {
    folding.statusBefore = folding.status;
    folding.status = 'paused';
  },
  WorkflowResumed: (folding, { data }) => void (folding.status = data['status'] as RunStatus),
  WorkflowRetried: (folding, { data }) => {
    folding.status = data['status'] as RunStatus;
    folding.endedAt = null;
    if (folding.status === 'running') folding.error = null;
    for (const task of folding.tasks) {
      const { compensation, status } = task;
      if (folding.status === 'compensating') {
        if (compensation?.status === 'failed') (compensation as MutableAttempt).status = 'pending';
      } else if (status === 'failed' || status === 'cancelled') task.status = task.items ? 'running' : 'pending';
    }
  },
  WorkflowCompleted: end('completed'),
  WorkflowFailed: end('failed'),
  WorkflowCompensated: end('compensated'),
  WorkflowCancelled: end('cancelled'),
};

/** Without the items of lists that have not begun; a list counts its own. */
function shownTasks({ tasks, lists }: Folding): readonly Task[] {
  return tasks.filter((task) => {
    const list = lists.get(listKey(task.key) ?? '');
    if (!list) return true;
    if (!list.items) return false;
    const { total, ended } = list.items;
    list.items = { total: total + 1, ended: ended + (DONE.has(task.status) ? 1 : 0) };
    return true;
  });
}

const DONE: ReadonlySet<Task['status']> = new Set(['completed', 'skipped', 'compensating', 'compensated']);
