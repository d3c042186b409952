import type { History } from './history.js';
import { Judge, type Violation } from './violation.js';

const ENDS = ['WorkflowCompleted', 'WorkflowFailed', 'WorkflowCompensated', 'WorkflowCancelled'];

/** I9: every run has come to its end. */
export function checkEnd({ stream, events }: History, violations: Violation[]): void {
  const judge = new Judge(violations, stream);
  const types = events.map(({ event }) => event.type);
  judge.must('I9', isEnded(types), () => `it is stuck after ${types.slice(-6).join(' ')}`);
}

export function isEnded(types: readonly string[]): boolean {
  const last = types.findLast((type) => ENDS.includes(type) || type === 'WorkflowRetried');
  return last !== undefined && last !== 'WorkflowRetried';
}
