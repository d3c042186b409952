import { describe, expect, test } from '@jest/globals';
import { evolve } from '../../kernel/decider.js';
import { TASK_TRANSITIONS } from '../task/task-status.js';
import { taskAt } from '../definition/items.js';
import type { Plan, PlannedTask } from '../definition/plan.js';
import { type TaskState, inHands } from '../task/task.js';
import { everyLife } from '../testing/lives.js';
import { cancel, pause, runsOf, start } from '../testing/run-words.js';
import { WORKFLOW_TRANSITIONS } from './workflow-status.js';
import type { WorkflowCommand } from './workflow.commands.js';
import type { WorkflowEvent } from './workflow.events.js';
import { workflowDecider } from './workflow.js';
import {
  WHOLE_RUN,
  type WorkflowState,
  firesAt,
  isAccepted,
  isOver,
  nextDue,
  outputOf,
  taskOf,
  tasksOf,
} from './workflow.state.js';

test('a run is over when it has ended, whichever way, and not before', () => {
  const { nothing, after, complete, fail } = runsOf({ a: { compensate: true }, b: {} }, { onFailure: 'fail' });
  const runs = [nothing, after(start()), after(start(), pause()), after(start(), complete('a'), cancel(), fail('b'))];
  expect(runs.map(({ state }) => isOver(state))).toEqual([false, false, false, false]);
  const ended = [after(start(), complete('a'), complete('b')), after(start(), complete('a'), fail('b'))];
  expect(ended.map(({ state }) => isOver(state))).toEqual([true, true]);
});

/** Of a list the outputs of its items count, and its own only if it never had any. */
function ownOutput(plan: Plan, planned: PlannedTask, state: WorkflowState): unknown {
  return planned.forEach && state.lists[planned.ordinal] ? undefined : outputOf(plan, state, planned);
}

describe('in every life of every plan', () => {
  test('whatever is due by now has happened when the timers have fired, unless a retry may follow at once', () => {
    everyLife(({ steps }) => {
      for (const { command, events, after, now } of steps) {
        const isAtOnce = events.some((event) => event.type === 'TaskFailed' && (event.retryAt ?? Infinity) <= now);
        if (command.type === 'FireTimers' && !isAtOnce) expect(nextDue(after) ?? Infinity).toBeGreaterThan(now);
      }
    });
  });

  test('the next time of a run is the earliest of all that it waits for', () => {
    everyLife(({ steps }) => {
      for (const { after } of steps) {
        const subjects = [WHOLE_RUN, ...[...tasksOf(after)].map(([ordinal]) => ordinal)];
        const times = subjects.map((subject) => firesAt(after, subject)).filter((time) => time !== null);
        expect(nextDue(after) ?? Infinity).toBe(Math.min(...times, Infinity));
      }
    });
  });

  test('what is counted is what is there', () => {
    everyLife(({ plan, steps }) => {
      for (const { after } of steps) {
        const tasks = plan.tasks.slice(0, plan.taskCount);
        const known = [...tasksOf(after)].map(([ordinal, task]) => ({ task, planned: taskAt(plan, ordinal)! }));
        const isHeld = (each: (typeof known)[number]) => each.planned.forEach === null && inHands(each.task);
        const tasksToo = known.filter(({ planned }) => planned.compensates === null);
        const outputs = tasksToo.map(({ planned }) => ownOutput(plan, planned, after));
        const isOpen = (ordinal: number) => !isAccepted(after, plan.tasks[ordinal]!);
        expect(after).toMatchObject({
          inHands: known.filter(isHeld).length,
          open: tasks.filter(({ ordinal }) => isOpen(ordinal)).length,
          outputsSize: outputs.reduce<number>((sum, output) => sum + (JSON.stringify(output)?.length ?? 0), 0),
          signalsKept: Object.values(after.signals).reduce((sum, { items, taken }) => sum + items.length - taken, 0),
          blockedBy: plan.tasks.map(({ dependsOn }) => dependsOn.filter(isOpen).length),
        });
      }
    });
  });

  test('a report counts only while its attempt is in somebody’s hands', () => {
    everyLife(({ plan, steps }) => {
      for (const { command, before, events } of steps) {
        if (command.type !== 'CompleteTask' && command.type !== 'FailTask') continue;
        const { task: ordinal, attempt, lease } = command.data;
        const task = taskOf(before, ordinal) as TaskState | undefined;
        const planned = taskAt(plan, ordinal);
        // A list is nobody's, and a child, which has no lease, no worker's.
        const isTheirs = planned?.forEach === null && (planned.type !== 'workflow' || lease === undefined);
        const counts = task !== undefined && inHands(task) && task.attempt === attempt && isTheirs;
        expect(events.length > 0).toBe(counts);
      }
    });
  });

  test('statuses move only as their tables say', () => {
    everyLife(({ plan, steps }) => {
      const decider = workflowDecider(plan);
      let state = decider.initial();
      for (const event of steps.flatMap(({ events }) => events)) {
        const { status } = state;
        const before = [...tasksOf(structuredClone(state))];
        state = evolve<WorkflowState, WorkflowCommand, WorkflowEvent>(decider, state, event);
        if (status !== null && status !== state.status) expect(WORKFLOW_TRANSITIONS[status]).toContain(state.status);
        for (const [ordinal, task] of before) {
          const now = taskOf(state, ordinal).status;
          if (task.status !== now) expect(TASK_TRANSITIONS[task.status]).toContain(now);
        }
      }
    });
  });
});
