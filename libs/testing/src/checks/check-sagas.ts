import {
  type Plan,
  type TaskCompleted,
  type TaskQueued,
  type WorkflowEvent,
  type WorkflowFailed,
  taskAt,
} from '@orrery/domain';
import type { History } from './history.js';
import { Judge, type Violation } from './violation.js';

/** I7: what is undone is exactly what was completed and can be, last first, each once, and nothing before the failure. */
export function checkSaga({ stream, events }: History, plan: Plan, violations: Violation[]): void {
  const check = new SagaOfRun(plan, new Judge(violations, stream));
  for (const { event } of events) check.see(event);
}

class SagaOfRun {
  private readonly toUndo: number[] = [];
  private compensating = false;

  constructor(
    private readonly plan: Plan,
    private readonly judge: Judge,
  ) {}

  private readonly on: {
    readonly [T in WorkflowEvent['type']]?: (event: Extract<WorkflowEvent, { type: T }>) => void;
  } = {
    CompensationStarted: () => (this.compensating = true),
    WorkflowRetried: ({ status }) => (this.compensating = status === 'compensating'),
    WorkflowCompensated: () =>
      this.judge.must('I7', this.toUndo.length === 0, `it ends, and ${this.toUndo} are not undone`),
    WorkflowFailed: ({ notUndone }: WorkflowFailed) => {
      const left = [...this.toUndo].reverse().join();
      this.judge.must(
        'I7',
        notUndone === undefined || notUndone.join() === left,
        `it names ${notUndone}, and ${left} are left`,
      );
    },
    TaskQueued: (event: TaskQueued) => this.mayBeUndone(event),
    TaskCompleted: (event: TaskCompleted) => {
      const { ordinal, compensation, compensates } = taskAt(this.plan, event.task)!;
      if (compensates === null) {
        if (compensation !== null) this.toUndo.push(ordinal);
        return;
      }
      this.mayBeUndone(event);
      this.toUndo.pop();
    },
  };

  see(event: WorkflowEvent): void {
    (this.on as Record<string, ((event: WorkflowEvent) => void) | undefined>)[event.type]?.(event);
  }

  private mayBeUndone({ task }: { readonly task: number }): void {
    const { compensates } = taskAt(this.plan, task)!;
    if (compensates === null) return;
    this.judge.must('I7', this.compensating, `${compensates} is undone before anything failed`);
    this.judge.must(
      'I7',
      this.toUndo.at(-1) === compensates,
      `${compensates} is undone, and ${this.toUndo.at(-1)} is next`,
    );
  }
}
