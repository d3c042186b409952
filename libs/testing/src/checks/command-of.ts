import {
  CancelWorkflow,
  CompleteTask,
  FailTask,
  FireTimers,
  PauseWorkflow,
  type Plan,
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
  taskAt,
} from '@orrery/domain';

type Of<T extends WorkflowEvent['type']> = (
  first: Extract<WorkflowEvent, { type: T }>,
  decision: { readonly plan: Plan; readonly events: readonly WorkflowEvent[] },
) => WorkflowCommand;

const fire = () => new FireTimers({});

/** By the first event of a decision. What is missing only ever comes of something else. */
const OF: { readonly [T in WorkflowEvent['type']]?: Of<T> } = {
  WorkflowStarted: ({ type: _, v: __, startedAt: ___, due: ____, id, ...said }) =>
    new StartWorkflow({ ...said, id: id as WorkflowId }),
  SignalReceived: ({ name, payload }) => new SignalWorkflow({ name, payload }),
  WorkflowStopped: ({ cause, error, compensate }) =>
    cause === 'cancelled' ? new CancelWorkflow({ reason: error.message, compensate }) : fire(),
  WorkflowPaused: ({ by }) => new PauseWorkflow(by ? { by } : {}),
  WorkflowResumed: () => new ResumeWorkflow({}),
  WorkflowRetried: () => new RetryWorkflow({}),
  TaskWithdrawn: ({ task, attempt }) => new WithdrawTask({ task, attempt }),
  TaskQueued: fire,
  TaskStarted: (event, { events: [, second] }) => {
    const isByTime = event.child !== undefined || event.until !== undefined || event.signal !== undefined;
    return isByTime ? fire() : (reported(event, second) ?? start(event));
  },
  TaskCompleted: (event, { plan }) =>
    taskAt(plan, event.task)!.type === 'sleep' ? fire() : completion(event, undefined),
  TaskFailed: (event) => {
    const isByTime = event.error.code === 'task.timed-out' && !event.error.message.startsWith('no heartbeat');
    return isByTime ? fire() : failure(event, undefined);
  },
};

/** The command that a decision came of, as far as its events say it. */
export function commandOf(events: readonly WorkflowEvent[], plan: Plan): WorkflowCommand {
  const [first] = events;
  const of = OF[first!.type] as Of<WorkflowEvent['type']> | undefined;
  if (!of) throw new Error(`no decision begins with ${first!.type}`);
  return of(first as never, { plan, events });
}

/** A short attempt reports its start with its end. */
function reported(start: TaskStarted, end: WorkflowEvent | undefined): CompleteTask | FailTask | undefined {
  if (!end || !('task' in end) || end.task !== start.task) return undefined;
  if (end.type === 'TaskCompleted') return completion(end, start);
  return end.type === 'TaskFailed' ? failure(end, start) : undefined;
}

function start({ task, attempt, startedAt, worker }: TaskStarted): StartTask {
  return new StartTask({ task, attempt, startedAt, ...(worker === undefined ? {} : { worker }) });
}

function completion(
  { task, attempt, output, lease }: TaskCompleted,
  { startedAt, worker }: Partial<TaskStarted> = {},
): CompleteTask {
  return new CompleteTask({ task, attempt, output, lease, startedAt, worker });
}

function failure(
  { task, attempt, error, lease }: TaskFailed,
  { startedAt, worker }: Partial<TaskStarted> = {},
): FailTask {
  return new FailTask({ task, attempt, error, lease, startedAt, worker });
}
