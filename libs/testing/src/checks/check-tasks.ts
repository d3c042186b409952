import {
  type Plan,
  type PlannedTask,
  type TaskCompleted,
  type TaskEvent,
  type TaskFailed,
  type TaskStarted,
  type WorkflowEvent,
  taskAt,
} from '@orrery/domain';
import type { History } from './history.js';
import { Judge, type Violation } from './violation.js';

/** What is remembered of one task while a run is gone through. */
interface Life {
  attempt: number;
  ended: boolean;
  accepted: boolean;
  retryAt: number | undefined;
  due: number | undefined;
  failures: number;
}

/** What happened to a task, and by which clock: in a paused run time stands still. */
interface Happened<E extends TaskEvent> {
  readonly event: E;
  readonly planned: PlannedTask;
  readonly life: Life;
  readonly at: number;
  readonly name: string;
}

type Check<E extends TaskEvent> = (happened: Happened<E>) => void;

/**
 * I5: every attempt has at most one outcome. I8: no task begins before all it depends on is accepted. I12: no more
 * attempts than its policy allows, none sooner than half of its backoff, none in a run that stops. I14: what waits is
 * not over before its time.
 */
export function checkTasks(history: History, plan: Plan, violations: Violation[]): void {
  const check = new TasksOfRun(plan, new Judge(violations, history.stream));
  for (const { event, at, version } of history.events) check.see(event, at, version);
}

class TasksOfRun {
  private readonly lives = new Map<number, Life>();
  private stopped = false;
  private pausedAt: number | undefined;

  constructor(
    private readonly plan: Plan,
    private readonly judge: Judge,
  ) {}

  private readonly runs: {
    readonly [T in WorkflowEvent['type']]?: (event: Extract<WorkflowEvent, { type: T }>) => void;
  } = {
    WorkflowStopped: () => {
      this.stopped = true;
      this.pausedAt = undefined;
    },
    WorkflowRetried: ({ status }) => {
      this.stopped = status === 'compensating';
      for (const life of this.lives.values()) {
        life.failures = 0;
        life.retryAt = life.due = undefined;
      }
    },
    WorkflowPaused: ({ pausedAt }) => (this.pausedAt = pausedAt),
    WorkflowResumed: () => {
      this.pausedAt = undefined;
      // By how long the pause was is for the clock of whoever decided it.
      for (const life of this.lives.values()) life.retryAt = life.due = undefined;
    },
  };

  private readonly tasks: { readonly [T in TaskEvent['type']]?: Check<Extract<TaskEvent, { type: T }>> } = {
    TaskStarted: ({ event, life }: Happened<TaskStarted>) => void (life.due = event.until),
    TaskCompleted: (happened: Happened<TaskCompleted>) => {
      const { life, at, name } = happened;
      this.judge.must('I14', life.due === undefined || at >= life.due, `${name} before it was due`);
      this.end(happened);
      life.accepted = true;
    },
    TaskFailed: (happened: Happened<TaskFailed>) => {
      this.end(happened);
      this.fail(happened);
    },
    TaskWithdrawn: (happened) => this.end(happened),
    TaskSkipped: ({ life }) => void (life.accepted = true),
    TaskCollected: ({ life }) => void (life.accepted = true),
  };

  see(event: WorkflowEvent, at: number, version: number): void {
    (this.runs as Record<string, ((event: WorkflowEvent) => void) | undefined>)[event.type]?.(event);
    if (!('task' in event) || !('attempt' in event)) return;
    const planned = taskAt(this.plan, event.task);
    const name = `${event.type} ${event.task}.${event.attempt} at ${version}`;
    this.judge.must('I8', planned !== undefined, `${name}: there is no such task`);
    if (!planned) return;
    const life = this.lifeOf(event.task);
    const happened = { event, planned, life, at: this.pausedAt ?? at, name };
    // What is done as it begins, or cannot begin, says no more than its end.
    if (event.attempt > life.attempt) this.begin(happened);
    (this.tasks as Record<string, Check<TaskEvent> | undefined>)[event.type]?.(happened);
  }

  private begin({ event, planned, life, at, name }: Happened<TaskEvent>): void {
    const { judge } = this;
    judge.must('I5', event.attempt === life.attempt + 1, `${name} follows attempt ${life.attempt}`);
    judge.must('I12', !this.stopped || planned.compensates !== null, `${name} begins in a run that stops`);
    judge.must('I12', life.retryAt === undefined || at >= life.retryAt, `${name} begins before its time`);
    for (const before of planned.dependsOn) {
      judge.must('I8', this.lifeOf(before).accepted, `${name} begins before ${before} is accepted`);
    }
    life.attempt = event.attempt;
    life.ended = false;
    life.retryAt = life.due = undefined;
  }

  private end({ event, life, name }: Happened<TaskEvent>): void {
    this.judge.must('I5', event.attempt === life.attempt && !life.ended, `${name} ends what has ended`);
    life.ended = true;
  }

  private fail({ event: { retryAt }, planned, life, at, name }: Happened<TaskFailed>): void {
    const { judge } = this;
    const { maxAttempts, backoff } = planned.retry;
    life.failures += 1;
    judge.must('I12', life.failures <= maxAttempts, `${name} is failure ${life.failures} of ${maxAttempts}`);
    life.retryAt = retryAt;
    if (retryAt === undefined) {
      life.accepted ||= planned.optional;
      return;
    }
    judge.must('I12', life.failures < maxAttempts, `${name} is tried again after its last attempt`);
    const wanted = Math.min(backoff.maxMs, backoff.initialMs * backoff.multiplier ** (life.failures - 1));
    judge.must('I12', retryAt - at >= wanted / 2 - 1, `${name} waits ${retryAt - at} ms of ${wanted}`);
  }

  private lifeOf(task: number): Life {
    let life = this.lives.get(task);
    if (!life) {
      life = { attempt: 0, ended: false, accepted: false, retryAt: undefined, due: undefined, failures: 0 };
      this.lives.set(task, life);
    }
    return life;
  }
}
