import type { RunFilter, TaskFilter } from '@orrery/application';
import { TASK_TRANSITIONS, type TaskStatus, WORKFLOW_TRANSITIONS, type WorkflowStatus } from '@orrery/domain';
import { storableText } from './storable.js';

const WORKFLOW_STATUSES = Object.keys(WORKFLOW_TRANSITIONS) as WorkflowStatus[];
const TASK_STATUSES = Object.keys(TASK_TRANSITIONS) as TaskStatus[];

/** What a filter of runs lets through, with nothing left out; in the order of the statements' parameters. */
export function runFilter({ status = WORKFLOW_STATUSES, startedAfter, startedBefore, definition }: RunFilter) {
  return {
    statuses: [...new Set(status)],
    startedAfter: startedAfter ?? -Infinity,
    startedBefore: startedBefore ?? Infinity,
    definition: definition === undefined ? null : storableText(definition),
  };
}

/** What a filter of tasks lets through, with nothing left out. */
export function taskFilter({ status = TASK_STATUSES, type }: TaskFilter) {
  return { statuses: [...new Set(status)], type: type === undefined ? null : storableText(type) };
}
