import {
  CancelWorkflow,
  CompleteTask,
  DeleteWorkflow,
  ENGINE_TYPES,
  FailTask,
  FireTimers,
  PauseWorkflow,
  type Plan,
  type PlannedTask,
  ResumeWorkflow,
  RetryWorkflow,
  SignalWorkflow,
  StartTask,
  StartWorkflow,
  type TaskCompleted,
  type TaskFailed,
  type TaskStarted,
  WithdrawTask,
  type WorkflowCommand,
  type WorkflowEvent,
  type WorkflowId,
  type WorkflowState,
  firesAt,
  isStopping,
  taskAt,
  taskOf,
} from '@orrery/domain';

/** What one command decided, and the run as it was before. */
export interface Decided {
  readonly events: readonly WorkflowEvent[];
  readonly state: WorkflowState;
  readonly plan: Plan;
  /** When it was decided, in milliseconds since the epoch. */
  readonly at: number;
}

type Sent<E> = (event: E, decided: Decided) => WorkflowCommand;

/** The command that must have been sent for this, by the first event that it decided: the log does not keep commands. */
const SENT: { readonly [T in WorkflowEvent['type']]?: Sent<Extract<WorkflowEvent, { type: T }>> } = {
  WorkflowStarted: ({ type: _type, v: _v, startedAt: _startedAt, due: _due, id, ...start }) =>
    new StartWorkflow({ ...start, id: id as WorkflowId }),
  WorkflowStopped: ({ cause, error, compensate }) =>
    cause === 'cancelled' ? new CancelWorkflow({ reason: error.message, compensate }) : new FireTimers({}),
  WorkflowPaused: ({ by }) => new PauseWorkflow(by ? { by } : {}),
  WorkflowResumed: (_, { state: { pausedBy } }) => new ResumeWorkflow(pausedBy ? { by: pausedBy } : {}),
  WorkflowRetried: () => new RetryWorkflow({}),
  WorkflowDeleted: () => new DeleteWorkflow({}),
  SignalReceived: ({ name, payload }) => new SignalWorkflow({ name, payload }),
  TaskQueued: () => new FireTimers({}),
  TaskWithdrawn: ({ task, attempt }) => new WithdrawTask({ task, attempt }),
  TaskStarted: (event, decided) => {
    const { task, attempt, startedAt, worker } = event;
    if (isOfEngine(event, decided)) return new FireTimers({});
    const end = decided.events[1];
    if (end === undefined) return new StartTask({ task, attempt, startedAt, worker });
    return reported(end as TaskCompleted | TaskFailed, decided, { startedAt, worker });
  },
  TaskCompleted: (event, decided) => (isOfEngine(event, decided) ? new FireTimers({}) : reported(event, decided)),
  TaskFailed: (event, decided) => {
    const { state, at } = decided;
    const due = firesAt(state, event.task);
    const isDue = due !== null && due <= at;
    const isByTimer = isDue && (isTimeOut(event) || isOfEngine(event, decided));
    return isByTimer ? new FireTimers({}) : reported(event, decided);
  },
};

/** The command that a decision came of, as far as its events say it. */
export function commandAgain(decided: Decided): WorkflowCommand {
  const [first] = decided.events;
  const sent = (SENT as { readonly [type: string]: Sent<WorkflowEvent> | undefined })[first!.type];
  if (!sent) throw new Error(`no command begins with ${first!.type}`);
  return sent(first!, decided);
}

/** What was drawn by chance for it, in its order: the jitter of each failure that was followed by another attempt. */
export function chanceAgain({ events, state, plan, at }: Decided): () => number {
  const draws = events.flatMap((event) => {
    if (event.type !== 'TaskFailed' || event.retryAt === undefined) return [];
    return [drawnFor(taskAt(plan, event.task)!, fullBackoffMs(event, plan, state), waitMs(event.retryAt, state, at))];
  });
  return () => draws.shift() ?? 0;
}

/** That a worker fell silent is reported in its place, and never told by a timer. */
function isTimeOut({ error: { code, message } }: TaskFailed): boolean {
  return code === 'task.timed-out' && !message.startsWith('no heartbeat');
}

/** What the engine performs itself is begun and ended by its timers; a child run is ended by its report. */
function isOfEngine({ task }: TaskStarted | TaskCompleted | TaskFailed, { plan, state }: Decided): boolean {
  const isChild = taskOf(state, task).status === 'running';
  return ENGINE_TYPES.includes(taskAt(plan, task)!.type) && !isChild;
}

function reported(
  event: TaskCompleted | TaskFailed,
  { plan, state, at }: Decided,
  start: { readonly startedAt?: number; readonly worker?: string } = {},
): CompleteTask | FailTask {
  const { task, attempt, lease } = event;
  const report = { task, attempt, lease, ...start };
  if (event.type === 'TaskCompleted') return new CompleteTask({ ...report, output: event.output });
  if (event.retryAt === undefined) {
    // That a worker wanted no further attempt is not recorded: it did where the rules would have made one.
    const rulesEndIt = isExhausted(event, plan, state) || isStopping(state);
    return new FailTask({ ...report, error: rulesEndIt ? event.error : { ...event.error, retryable: false } });
  }
  const wait = waitMs(event.retryAt, state, at);
  const retryAfterMs = wait > fullBackoffMs(event, plan, state) ? wait : 0;
  return new FailTask({ ...report, error: { ...event.error, retryAfterMs } });
}

function isExhausted({ task, attempt, error }: TaskFailed, plan: Plan, state: WorkflowState): boolean {
  const { maxAttempts, nonRetryable } = taskAt(plan, task)!.retry;
  return attempt - taskOf(state, task).attemptsBefore >= maxAttempts || nonRetryable.includes(error.code);
}

function waitMs(retryAt: number, { pausedAt }: WorkflowState, at: number): number {
  return retryAt - (pausedAt ?? at);
}

/** The longest that the policy waits after this attempt. */
function fullBackoffMs({ task, attempt }: TaskFailed, plan: Plan, state: WorkflowState): number {
  const { initialMs, multiplier, maxMs } = taskAt(plan, task)!.retry.backoff;
  return Math.min(maxMs, initialMs * multiplier ** (attempt - taskOf(state, task).attemptsBefore - 1));
}

/** A number that gives this wait. */
function drawnFor({ retry }: PlannedTask, full: number, wait: number): number {
  if (full === 0 || wait > full) return 0;
  // What is rounded up is met from below.
  return retry.backoff.jitter === 'equal' ? Math.max(0, (wait - 0.5) / (full / 2) - 1) : wait / full;
}
