import type {
  DeadLetterDetails,
  DeadLetterSummary,
  DefinitionSummary,
  HandedTask,
  ListedRun,
  TaskSummary,
  Trial,
  WorkflowAccepted,
} from '@orrery/application';
import { type DomainEvent, type Fault, type StreamId, WORKFLOW_TRANSITIONS, taskId } from '@orrery/domain';
import type { Part } from './request-faults.js';

// What the engine answers, as every face shows it: times in RFC 3339, tasks by the ids that clients know.

/** How many runs there are by status, where there are none. */
export const NO_RUNS = Object.fromEntries(Object.keys(WORKFLOW_TRANSITIONS).map((status) => [status, 0]));

/** A run in a list. */
export function shownRun(run: ListedRun) {
  const { definition: name, definitionVersion: version, startedAt, endedAt, tasksTotal, tasksEnded, ...rest } = run;
  return {
    ...rest,
    definition: { name, version },
    startedAt: new Date(startedAt).toISOString(),
    endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
    tasks: { total: tasksTotal, ended: tasksEnded },
  };
}

/** A task in a list. */
export function shownTaskSummary({ ordinal, workflow, since, due, ...task }: TaskSummary) {
  return {
    id: taskId(workflow, ordinal),
    workflowId: workflow,
    key: task.key,
    type: task.type,
    status: task.status,
    attempt: task.attempt,
    priority: task.priority,
    since: new Date(since).toISOString(),
    nextAttemptAt: due === null ? null : new Date(due).toISOString(),
    worker: task.worker,
    error: task.error,
  };
}

/** A task as its worker gets it: with the time by which it must have ended in words. */
export function shownTask(task: HandedTask) {
  const { deadline } = task;
  return {
    id: task.id,
    workflowId: task.workflowId,
    key: task.key,
    type: task.type,
    attempt: task.attempt,
    maxAttempts: task.maxAttempts,
    compensation: task.compensation,
    input: task.input,
    deadline: deadline === null ? null : new Date(deadline).toISOString(),
    heartbeatMs: task.heartbeatMs,
    leaseToken: task.leaseToken,
    idempotencyKey: task.idempotencyKey,
    trace: task.trace,
  };
}

/** A definition in a list. */
export function shownDefinition({ registeredAt, ...summary }: DefinitionSummary) {
  return { ...summary, registeredAt: new Date(registeredAt).toISOString() };
}

/** A dead letter in a list, or with its message. */
export function shownDeadLetter<Letter extends DeadLetterSummary | Omit<DeadLetterDetails, 'position'>>(
  letter: Letter,
) {
  const { recordedAt, changedAt, ...rest } = letter;
  return { ...rest, recordedAt: new Date(recordedAt).toISOString(), changedAt: new Date(changedAt).toISOString() };
}

/** One of many starts. */
export function shownStart({ id, status, definition, created }: WorkflowAccepted) {
  return { id, status, definition, created };
}

/** What a command that was only tried would bring: a task in it is named by the id that clients know. */
export function shownTrial({ id, events }: Trial) {
  return { events: events.map((event) => shownEvent(id, event)) };
}

function shownEvent(stream: StreamId, event: DomainEvent) {
  const { type, v: _v, task, ...data } = event as DomainEvent & { readonly task?: number };
  return { type, data: { ...(task === undefined ? {} : { taskId: taskId(stream, task) }), ...data } };
}

/** A fault with the part of the request that it is in: the body, unless it says another. */
export function shownFault({ offset: _offset, ...fault }: Fault & { readonly in?: Part }) {
  return { in: 'body' as const, ...fault };
}
