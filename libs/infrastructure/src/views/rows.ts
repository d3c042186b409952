import type { DeadLetterSummary, DefinitionSummary, OpenTask, RunSummary, TaskSummary } from '@orrery/application';
import type { DeadLetterQueue, DeadLetterStatus, Failure, StreamId, TaskStatus, WorkflowStatus } from '@orrery/domain';

/** A timestamp as milliseconds since the epoch. */
export const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

export interface RunColumns {
  readonly id: StreamId;
  readonly definition: string;
  readonly definition_version: number | null;
  readonly status: WorkflowStatus;
  readonly labels: { readonly [key: string]: string };
  readonly priority: number;
  readonly started: number;
  readonly ended: number | null;
  readonly version: number;
  readonly tasks_total: number;
  readonly tasks_ended: number;
  readonly error: Failure | null;
}

export const runColumns = (table: string): string => `
  ${table}.id, ${table}.definition, ${table}.definition_version, ${table}.status, ${table}.labels, ${table}.priority,
  ${ms(`${table}.started_at`)} as started, ${ms(`${table}.ended_at`)} as ended, ${table}.version, ${table}.tasks_total,
  ${table}.tasks_ended, ${table}.error`;

export function runOf(row: RunColumns): RunSummary {
  return {
    id: row.id,
    definition: row.definition,
    definitionVersion: row.definition_version,
    status: row.status,
    labels: row.labels,
    priority: row.priority,
    startedAt: row.started,
    endedAt: row.ended,
    version: row.version,
    tasksTotal: row.tasks_total,
    tasksEnded: row.tasks_ended,
    error: row.error,
  };
}

/** A task's columns, by names that a run's columns do not have. */
export interface OpenTaskColumns {
  readonly ordinal: number;
  readonly key: string;
  readonly type: string;
  readonly task_status: TaskStatus;
  readonly attempt: number;
  readonly task_priority: number;
  readonly since: number;
  readonly due: number | null;
  readonly worker: string | null;
  readonly task_error: Failure | null;
}

export const openTaskColumns = (table: string): string => `
  ${table}.ordinal, ${table}.key, ${table}.type, ${table}.status as task_status, ${table}.attempt,
  ${table}.priority as task_priority, ${ms(`${table}.since`)} as since, ${ms(`${table}.due`)} as due, ${table}.worker,
  ${table}.error as task_error`;

export function openTaskOf(row: OpenTaskColumns): OpenTask {
  return {
    ordinal: row.ordinal,
    key: row.key,
    type: row.type,
    status: row.task_status,
    attempt: row.attempt,
    priority: row.task_priority,
    since: row.since,
    due: row.due,
    worker: row.worker,
    error: row.task_error,
  };
}

export type TaskColumns = OpenTaskColumns & { readonly workflow: StreamId };

export function taskOf(row: TaskColumns): TaskSummary {
  return { ...openTaskOf(row), workflow: row.workflow };
}

export interface DefinitionColumns {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  readonly registered: number;
}

export function definitionOf({ name, version, hash, registered }: DefinitionColumns): DefinitionSummary {
  return { name, version, hash, registeredAt: registered };
}

export interface DeadLetterColumns {
  readonly id: StreamId;
  readonly status: DeadLetterStatus;
  readonly queue: DeadLetterQueue;
  readonly reason: string;
  readonly detail: string;
  readonly type: string | null;
  readonly message_id: string | null;
  readonly bytes: number;
  readonly version: number;
  readonly recorded: number;
  readonly changed: number;
}

export const deadLetterColumns = (table: string): string => `
  ${table}.id, ${table}.status, ${table}.queue, ${table}.reason, ${table}.detail, ${table}.type, ${table}.message_id,
  ${table}.bytes, ${table}.version, ${ms(`${table}.recorded_at`)} as recorded, ${ms(`${table}.changed_at`)} as changed`;

export function deadLetterOf(row: DeadLetterColumns): DeadLetterSummary {
  const { id, status, queue, reason, detail, type, message_id: messageId, bytes, version, recorded, changed } = row;
  const why = { reason, detail };
  return { id, status, queue, ...why, type, messageId, bytes, version, recordedAt: recorded, changedAt: changed };
}
