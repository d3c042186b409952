import { type Attributes, type SpanStatus, SpanStatusCode } from '@opentelemetry/api';
import { type Run, planOf } from '@orrery/application';
import { type Recorded, type TaskEvent, type WorkflowEvent, taskAt, taskId } from '@orrery/domain';

/** A span, as it is told. Times are milliseconds since the epoch. */
export interface Told {
  readonly name: string;
  readonly startTime: number;
  readonly endTime: number;
  readonly attributes?: Attributes;
  readonly status?: SpanStatus;
}

/** When what is under way in a run began, as far as it is known here; by ordinal. */
export interface RunTimes {
  startedAt: number;
  readonly queuedAt: Map<number, number>;
  readonly beganAt: Map<number, number>;
}

export function newTimes(startedAt: number): RunTimes {
  return { startedAt, queuedAt: new Map(), beganAt: new Map() };
}

type Tell<E> = (run: Run, event: E, at: number, times: RunTimes) => Told | undefined;

/** What an event ends, or that it begins something. */
const ENDED_BY: { readonly [T in WorkflowEvent['type']]?: Tell<Extract<WorkflowEvent, { type: T }>> } = {
  WorkflowStarted: (_run, { startedAt }, _at, times) => {
    times.startedAt = startedAt;
    return undefined;
  },
  TaskQueued: (_run, { task }, at, { queuedAt }) => {
    queuedAt.set(task, at);
    return undefined;
  },
  TaskStarted: (run, event, _at, { queuedAt, beganAt }) => {
    const { task, startedAt, worker } = event;
    beganAt.set(task, startedAt);
    const queued = taken(queuedAt, task);
    if (queued === undefined) return undefined;
    const attributes = { ...attributesOf(run, event), ...(worker === undefined ? {} : { 'orrery.worker.id': worker }) };
    return { name: 'hand_out_task', startTime: queued, endTime: startedAt, attributes };
  },
  TaskCompleted: (run, event, at, times) => executed(run, event, at, times),
  TaskFailed: (run, event, at, times) => {
    const { code, message } = event.error;
    const told = executed(run, event, at, times);
    return told && { ...told, status: { code: SpanStatusCode.ERROR, message: `${code}: ${message}` } };
  },
  WorkflowCompleted: (_run, _event, at, times) => whole(at, times, 'completed'),
  WorkflowCompensated: (_run, _event, at, times) => failed(whole(at, times, 'compensated')),
  WorkflowFailed: (_run, _event, at, times) => failed(whole(at, times, 'failed')),
  WorkflowCancelled: (_run, _event, at, times) => whole(at, times, 'cancelled'),
};

/** The spans that end with these events. */
export function spansOf(run: Run, events: readonly Recorded<WorkflowEvent>[], times: RunTimes): readonly Told[] {
  const table = ENDED_BY as { readonly [type: string]: Tell<WorkflowEvent> | undefined };
  return events.flatMap(({ event, at }) => table[event.type]?.(run, event, at, times) ?? []);
}

function executed(run: Run, event: TaskEvent, at: number, { queuedAt, beganAt }: RunTimes): Told | undefined {
  queuedAt.delete(event.task);
  const startTime = taken(beganAt, event.task);
  if (startTime === undefined) return undefined;
  return { name: 'execute_task', startTime, endTime: at, attributes: attributesOf(run, event) };
}

function whole(at: number, { startedAt }: RunTimes, status: string): Told {
  return {
    name: 'run_workflow',
    startTime: startedAt,
    endTime: at,
    attributes: { 'orrery.workflow.status': status },
  };
}

function failed(told: Told): Told {
  return { ...told, status: { code: SpanStatusCode.ERROR } };
}

function attributesOf(run: Run, { task, attempt }: TaskEvent): Attributes {
  const { key, type } = taskAt(planOf(run), task)!;
  return {
    'orrery.task.id': taskId(run.key.stream, task),
    'orrery.task.key': key,
    'orrery.task.type': type,
    'orrery.task.attempt': attempt,
  };
}

function taken(times: Map<number, number>, task: number): number | undefined {
  const at = times.get(task);
  times.delete(task);
  return at;
}
