import type { DeadLetterFilter, RunFilter, TaskFilter } from '@orrery/application';
import {
  DEAD_LETTER_TRANSITIONS,
  type DeadLetterStatus,
  TASK_TRANSITIONS,
  type TaskStatus,
  WORKFLOW_TRANSITIONS,
  type WorkflowStatus,
} from '@orrery/domain';
import { idsFrom, labelTerm, wordsOf } from './search-words.js';
import { storableText } from './storable.js';

const WORKFLOW_STATUSES = Object.keys(WORKFLOW_TRANSITIONS) as WorkflowStatus[];
const DEAD_LETTER_STATUSES = Object.keys(DEAD_LETTER_TRANSITIONS) as DeadLetterStatus[];
const TASK_STATUSES = Object.keys(TASK_TRANSITIONS) as TaskStatus[];

/** What a filter of runs lets through, with nothing left out; in the order of the statements' parameters. */
export function runFilter(filter: RunFilter) {
  const { status = WORKFLOW_STATUSES, startedAfter = -Infinity, endedBefore = Infinity, definition } = filter;
  return {
    statuses: [...new Set(status)],
    startedAfter,
    // What ended before a time started before it, which an index knows.
    startedBefore: Math.min(filter.startedBefore ?? Infinity, endedBefore),
    definition: definition === undefined ? null : storableText(definition),
    endedBefore,
  };
}

/** What a search looks for; null if the filter asks for none. */
export function searchOf({ labels = [], q }: RunFilter) {
  if (labels.length === 0 && q === undefined) return null;
  return {
    labels: labels.map(labelTerm),
    words: q === undefined ? null : wordsOf(q),
    ids: q === undefined ? null : idsFrom(q),
  };
}

/** What a filter of tasks lets through, with nothing left out. */
export function taskFilter({ status = TASK_STATUSES, type }: TaskFilter) {
  return { statuses: [...new Set(status)], type: type === undefined ? null : storableText(type) };
}

/** The statuses that a filter of dead letters lets through. */
export function letterStatuses({ status = DEAD_LETTER_STATUSES }: DeadLetterFilter): DeadLetterStatus[] {
  return [...new Set(status)];
}
