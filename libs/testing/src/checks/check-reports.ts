import type { TaskCompleted, TaskFailed } from '@orrery/domain';
import type { AnsweredReport } from '../world/records.js';
import type { History } from './history.js';
import { Judge, type Violation } from './violation.js';

/** I6: a report that was taken is the end of its attempt that the log has; whoever came too late was refused. */
export function checkReports(
  { stream, events }: History,
  reports: readonly AnsweredReport[],
  violations: Violation[],
): void {
  if (reports.length === 0) return;
  const judge = new Judge(violations, stream);
  const ends = new Map<string, TaskCompleted | TaskFailed>();
  for (const { event } of events) {
    if (event.type === 'TaskCompleted' || event.type === 'TaskFailed') ends.set(nameOf(event), event);
  }
  for (const report of reports) {
    const end = ends.get(nameOf(report));
    const isTaken = end !== undefined && isEndOf(end, report);
    const { refusal, lease } = report;
    const wasEnd = () => (end ? `${end.type} by ${end.lease ?? 'the engine'}` : 'nothing');
    judge.must(
      'I6',
      refusal !== undefined || isTaken,
      () => `${lease} of ${report.task} was taken, and it is ${wasEnd()}`,
    );
  }
}

function isEndOf(end: TaskCompleted | TaskFailed, { lease, outcome }: AnsweredReport): boolean {
  if (end.lease !== lease) return false;
  if (end.type === 'TaskFailed') return 'error' in outcome && outcome.error.code === end.error.code;
  return 'output' in outcome && JSON.stringify(outcome.output) === JSON.stringify(end.output);
}

function nameOf({ task, attempt }: { readonly task: number; readonly attempt: number }): string {
  return `${task}.${attempt}`;
}
