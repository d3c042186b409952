import { type Plan, type StreamId, taskAt, taskId } from '@orrery/domain';
import type { Execution } from '../workload/handlers.js';
import type { History } from './history.js';
import { Judge, type Violation } from './violation.js';

/** What handlers really did, by task and attempt. */
export function executed(executions: readonly Execution[]): ReadonlySet<string> {
  return new Set(executions.map(({ task, attempt }) => `${task}.${attempt}`));
}

/** I5: what is recorded as done by a handler was done by one, in that very attempt. */
export function checkExecutions(
  { stream, events }: History,
  plan: Plan,
  done: ReadonlySet<string>,
  violations: Violation[],
): void {
  const judge = new Judge(violations, stream);
  for (const { event } of events) {
    if (event.type !== 'TaskCompleted') continue;
    const { type, forEach } = taskAt(plan, event.task)!;
    if (forEach !== null || (type !== 'work' && type !== 'undo')) continue;
    const name = `${taskId(stream as StreamId, event.task)}.${event.attempt}`;
    judge.must('I5', done.has(name), `${name} is recorded as done, and no handler did it`);
  }
}
