import { describe, expect, test } from '@jest/globals';
import { taskAt } from '../definition/items.js';
import type { Plan } from '../definition/plan.js';
import { backoffMs } from '../task/retry-policy.js';
import type { TaskEvent } from '../task/task.events.js';
import { everyLife } from '../testing/lives.js';
import type { WorkflowEvent } from './workflow.events.js';
import { WHOLE_RUN } from './workflow.state.js';

/** When an event was decided, and whether a task had failed for good, or the run was stopped, before it. */
interface Circumstances {
  readonly now: number;
  readonly stopping: boolean;
}

type Judges<E> = (event: E, circumstances: Circumstances) => void;

/** What one law makes of a log; `begins` is told the first event of every attempt, before the row of its type. */
type Reader = { readonly [T in WorkflowEvent['type']]?: Judges<Extract<WorkflowEvent, { type: T }>> } & {
  readonly every?: Judges<WorkflowEvent>;
  readonly begins?: Judges<TaskEvent>;
};

/** Reads the log of every life as somebody who knows of no state: each event by what was made of those before. */
function everyLog(readerOf: (plan: Plan) => Reader): void {
  everyLife(({ plan, steps }) => {
    const reader = readerOf(plan);
    const rows = reader as { readonly [type: string]: Judges<WorkflowEvent> | undefined };
    const attempts = new Map<number, number>();
    let stopping = false;
    for (const { events, now } of steps) {
      for (const event of events) {
        reader.every?.(event, { now, stopping });
        if (isOfTask(event) && attempts.get(event.task) !== event.attempt) {
          attempts.set(event.task, event.attempt);
          reader.begins?.(event, { now, stopping });
        }
        rows[event.type]?.(event, { now, stopping });
        stopping = stopsAfter(event, stopping, plan);
      }
    }
  });
}

const isOfTask = (event: WorkflowEvent): event is TaskEvent => event.type.startsWith('Task');
const isEnd = ({ type }: WorkflowEvent) =>
  ['WorkflowCompleted', 'WorkflowFailed', 'WorkflowCompensated', 'WorkflowCancelled'].includes(type);

function stopsAfter(event: WorkflowEvent, before: boolean, plan: Plan): boolean {
  if (event.type === 'WorkflowStopped') return true;
  if (event.type === 'WorkflowRetried') return event.status === 'compensating';
  if (event.type !== 'TaskFailed' || event.retryAt !== undefined) return before;
  const { optional, compensates } = taskAt(plan, event.task)!;
  return before || (!optional && compensates === null);
}

describe('in every life of every plan', () => {
  test('each attempt has one outcome, and attempts are numbered without a gap', () => {
    everyLog(() => {
      const tasks = new Map<number, { attempt: number; isOver: boolean; sleeps: boolean }>();
      const every = (event: WorkflowEvent) => {
        if (!isOfTask(event)) return;
        const last = tasks.get(event.task) ?? { attempt: 0, isOver: true, sleeps: false };
        const goesOn = event.attempt === last.attempt && !last.isOver && event.type !== 'TaskQueued';
        // A stop ends a sleep, or a wait for a signal, without a word of its own.
        const isNext = event.attempt === last.attempt + 1 && (last.isOver || last.sleeps);
        expect({ event, last, isLawful: goesOn || isNext }).toMatchObject({ isLawful: true });
        const isOver = !['TaskQueued', 'TaskStarted', 'TaskExpanded'].includes(event.type);
        const sleeps = event.type === 'TaskStarted' && ('until' in event || 'signal' in event);
        tasks.set(event.task, { attempt: event.attempt, isOver, sleeps });
      };
      return { every };
    });
  });

  test('a task begins only when all that it depends on is completed, skipped, or failed though it was optional', () => {
    everyLog((plan) => {
      const accepted = new Set<number>();
      const expanded = new Set<number>();
      return {
        begins: (event) => {
          const { dependsOn, item } = taskAt(plan, event.task)!;
          const open = dependsOn.filter((upstream) => !accepted.has(upstream));
          const isOfList = item === null || expanded.has(item.of);
          expect({ event, open, isOfList }).toMatchObject({ open: [], isOfList: true });
        },
        TaskExpanded: ({ task }) => expanded.add(task),
        TaskCollected: ({ task }) => accepted.add(task),
        TaskCompleted: ({ task }) => accepted.add(task),
        TaskSkipped: ({ task }) => accepted.add(task),
        TaskFailed: ({ task, retryAt }, { stopping }) => {
          if (taskAt(plan, task)!.optional && retryAt === undefined && !stopping) accepted.add(task);
        },
      };
    });
  });

  test('no task begins or is to be tried again after a failure, a cancel or the end', () => {
    everyLog((plan) => {
      let isOver = false;
      const isLawful = (event: TaskEvent, { stopping }: Circumstances) => {
        const isUndoing = taskAt(plan, event.task)!.compensates !== null;
        expect({ event, lawful: isUndoing || !stopping }).toMatchObject({ lawful: true });
      };
      return {
        every: (event) => {
          if (isOver) expect(event.type).toBe('WorkflowRetried');
          isOver = isEnd(event);
        },
        begins: isLawful,
        TaskFailed: (event, circumstances) => {
          if (event.retryAt !== undefined) isLawful(event, circumstances);
        },
      };
    });
  });

  test('attempts keep to their policy, and wait at least as long as their backoff asks', () => {
    everyLog((plan) => {
      const made = new Map<number, number>();
      const notBefore = new Map<number, number>();
      let pausedAt: number | null = null;
      return {
        begins: ({ task }, { now }) => {
          made.set(task, (made.get(task) ?? 0) + 1);
          expect(made.get(task)!).toBeLessThanOrEqual(taskAt(plan, task)!.retry.maxAttempts);
          expect(now).toBeGreaterThanOrEqual(notBefore.get(task) ?? 0);
        },
        TaskFailed: ({ task, retryAt }, { now }) => {
          if (retryAt === undefined) return;
          notBefore.set(task, retryAt);
          const { retry } = taskAt(plan, task)!;
          expect(made.get(task)!).toBeLessThan(retry.maxAttempts);
          // Nothing drawn is the least that the jitter allows.
          const least = backoffMs(retry, made.get(task)!, 0);
          expect(retryAt - (pausedAt ?? now)).toBeGreaterThanOrEqual(least);
        },
        WorkflowPaused: (event) => (pausedAt = event.pausedAt),
        WorkflowResumed: () => (pausedAt = null),
        WorkflowStopped: ({ cause }) => (pausedAt = cause === 'cancelled' ? null : pausedAt),
        WorkflowRetried: () => {
          made.clear();
          notBefore.clear();
        },
      };
    });
  });

  test('what was done is undone once, last completed first, after the stop, or is named when it was not', () => {
    everyLog((plan) => {
      const done: number[] = [];
      let compensate: boolean | undefined;
      let undoing = false;
      return {
        WorkflowStopped: (event) => (compensate = event.compensate),
        WorkflowRetried: ({ status }) => (compensate = status === 'running' ? undefined : compensate),
        CompensationStarted: () => (undoing = compensate === true),
        begins: ({ task }) => {
          const { compensates } = taskAt(plan, task)!;
          if (compensates !== null)
            expect({ undoing, compensates }).toEqual({ undoing: true, compensates: done.at(-1) });
        },
        TaskCompleted: ({ task }) => {
          const { compensates, compensation } = taskAt(plan, task)!;
          if (compensation !== null) done.push(task);
          if (compensates !== null) done.pop();
        },
        WorkflowCompleted: () => expect(compensate).toBe(undefined),
        WorkflowCompensated: () => expect({ compensate, done }).toEqual({ compensate: true, done: [] }),
        WorkflowCancelled: () => expect(compensate ? done : []).toEqual([]),
        WorkflowFailed: ({ notUndone }) => expect(notUndone).toEqual(compensate ? done.toReversed() : undefined),
      };
    });
  });

  test('nothing is undone, and no run ends, while anything may be in a worker’s hands', () => {
    everyLog(() => {
      const open = new Set<number>();
      return {
        every: (event) => {
          if (event.type === 'CompensationStarted' || isEnd(event)) expect([...open]).toEqual([]);
        },
        TaskQueued: ({ task }) => open.add(task),
        TaskStarted: ({ task, until, signal }) => {
          if (until === undefined && signal === undefined) open.add(task);
        },
        TaskCompleted: ({ task }) => open.delete(task),
        TaskFailed: ({ task }) => open.delete(task),
        TaskWithdrawn: ({ task }) => open.delete(task),
      };
    });
  });

  test('nothing begins and nothing ends while the run is paused', () => {
    everyLog(() => {
      let paused = false;
      return {
        every: (event) => {
          const moves = isEnd(event) || event.type === 'CompensationStarted';
          if (paused) expect({ event, moves }).toMatchObject({ moves: false });
        },
        begins: () => expect(paused).toBe(false),
        WorkflowPaused: () => (paused = true),
        WorkflowResumed: () => (paused = false),
        WorkflowStopped: ({ cause }) => (paused &&= cause !== 'cancelled'),
      };
    });
  });

  test('no timer fires before its time', () => {
    everyLog(() => {
      const due = new Map<number, number | undefined>();
      const until = new Map<number, number | undefined>();
      const isNoEarlierThan = (time: number | undefined, now: number) => expect(now).toBeGreaterThanOrEqual(time ?? 0);
      return {
        WorkflowStarted: (event) => due.set(WHOLE_RUN, event.due),
        WorkflowRetried: (event) => due.set(WHOLE_RUN, event.due),
        TaskQueued: (event) => due.set(event.task, event.due),
        TaskStarted: (event) => {
          due.set(event.task, event.due);
          until.set(event.task, event.until);
        },
        WorkflowStopped: ({ cause }, { now }) => {
          if (cause === 'timed-out') isNoEarlierThan(due.get(WHOLE_RUN) ?? Infinity, now);
        },
        TaskCompleted: ({ task }, { now }) => isNoEarlierThan(until.get(task), now),
        TaskFailed: ({ task, error }, { now }) => {
          if (error.code === 'task.timed-out') isNoEarlierThan(due.get(task) ?? Infinity, now);
        },
      };
    });
  });

  test('a list is collected when every item is done, has no more under way than it may, and each item is done once', () => {
    everyLog((plan) => {
      const lists = new Map<
        number,
        { readonly size: number; readonly done: Set<number>; readonly begun: Set<number> }
      >();
      const itemOf = (task: number) => {
        const { item, compensates } = taskAt(plan, task)!;
        return item && compensates === null ? { index: item.index, of: item.of, ...lists.get(item.of)! } : undefined;
      };
      const done = (task: number) => {
        const item = itemOf(task);
        if (!item) return;
        expect({ task, isAgain: item.done.has(item.index) }).toEqual({ task, isAgain: false });
        item.done.add(item.index);
        item.begun.delete(item.index);
      };
      return {
        TaskExpanded: ({ task, items }) => lists.set(task, { size: items.length, done: new Set(), begun: new Set() }),
        begins: ({ task }) => {
          const item = itemOf(task);
          item?.begun.add(item.index);
          if (item) expect(item.begun.size).toBeLessThanOrEqual(plan.tasks[item.of]!.forEach!.concurrency ?? Infinity);
        },
        TaskCompleted: ({ task }) => done(task),
        TaskSkipped: ({ task }) => done(task),
        TaskFailed: ({ task, retryAt }, { stopping }) => {
          if (taskAt(plan, task)!.optional && retryAt === undefined && !stopping) done(task);
        },
        WorkflowRetried: () => lists.forEach(({ begun }) => begun.clear()),
        TaskCollected: ({ task }) => expect(lists.get(task)!.done.size).toBe(lists.get(task)!.size),
      };
    });
  });

  test('a signal is taken once, the oldest first', () => {
    everyLog(() => {
      const kept = new Map<string, unknown[]>();
      return {
        SignalReceived: ({ name, payload }) => kept.set(name, [...(kept.get(name) ?? []), payload]),
        TaskCompleted: ({ signal, output }) => {
          if (signal !== undefined) expect(kept.get(signal)!.shift()).toEqual(output);
        },
      };
    });
  });
});
