import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../kernel/decider.js';
import type { Json } from '../../kernel/json.js';
import { itemOrdinal, taskAt } from '../definition/items.js';
import type { Plan, Scope } from '../definition/plan.js';
import { CompleteTask, FailTask } from '../task/task.commands.js';
import { inHands } from '../task/task.js';
import { planData, planFrom } from '../testing/arbitrary-plans.js';
import { PROOF_RUNS, everyLife } from '../testing/lives.js';
import { at, fire, signal, start } from '../testing/run-words.js';
import type { WorkflowCommand } from './workflow.commands.js';
import type { WorkflowEvent } from './workflow.events.js';
import { workflowDecider } from './workflow.js';
import { type WorkflowState, isOver, nextDue, taskOf, tasksOf } from './workflow.state.js';

const ENDED = /^(completed|failed|compensated|cancelled)$/;
const HALF_DONE = /^(pending|queued|running|waiting|compensating)$/;

describe('every run ends', () => {
  test('once what was handed out is reported or withdrawn, and its timers fire', () => {
    const ended = { inHands: 0, timers: [], undoing: null, status: expect.stringMatching(ENDED) as unknown };
    everyLife(({ state }) => expect(state).toMatchObject(ended), { heal: true });
  });

  test('with no task half done', () => {
    everyLife(
      ({ plan, state }) => {
        const tasks = [...tasksOf(state)].filter(([ordinal]) => taskAt(plan, ordinal)!.compensates === null);
        expect(tasks.filter(([, { status }]) => HALF_DONE.test(status))).toEqual([]);
      },
      { heal: true },
    );
  });
});

/** How the attempts of each task go, by ordinal, whoever makes them and whenever. */
type Script = readonly ('well' | 'at last' | 'badly')[];

/** The engine as a page of paper would have it: no time, no order, no attempts. */
function statusByHand(plan: Plan, script: Script): string {
  const outcomes = new Map<number, 'accepted' | 'failed' | 'never'>();
  const outcomeOf = (ordinal: number): 'accepted' | 'failed' | 'never' => {
    const known = outcomes.get(ordinal);
    if (known) return known;
    const { dependsOn, optional } = plan.tasks[ordinal]!;
    const isReached = dependsOn.every((upstream) => outcomeOf(upstream) === 'accepted');
    const outcome = !isReached ? 'never' : optional || goesWellAsWhole(ordinal) ? 'accepted' : 'failed';
    outcomes.set(ordinal, outcome);
    return outcome;
  };
  /** A task with a list goes as all of its items go. */
  const goesWellAsWhole = (ordinal: number): boolean => {
    const { forEach, when } = plan.tasks[ordinal]!;
    if (forEach === null) return goesWell(ordinal, EVERYTHING);
    const condition = when === null || forEach.whenEach ? true : attempt(() => when(EVERYTHING));
    if (condition !== true) return condition === false;
    const items = forEach.items(EVERYTHING);
    const goes = (item: Json, index: number) => goesWell(itemOrdinal(plan, ordinal, index), { ...EVERYTHING, item });
    return Array.isArray(items) && items.every(goes);
  };
  const goesWell = (ordinal: number, scope: Scope): boolean => {
    const { type, when, input } = taskAt(plan, ordinal)!;
    const condition = when === null ? true : attempt(() => when(scope));
    if (condition !== true) return condition === false;
    if (type === 'sleep') return !JSON.stringify(input!(scope)).includes('soon');
    if (type === 'wait') return !JSON.stringify(input!(scope)).includes('no name');
    return type === 'noop' || script[ordinal % script.length] !== 'badly';
  };
  const fails = plan.tasks.slice(0, plan.taskCount).some(({ ordinal }) => outcomeOf(ordinal) === 'failed');
  return !fails ? 'completed' : plan.onFailure === 'compensate' ? 'compensated' : 'failed';
}

const attempt = (read: () => unknown): unknown => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

/** A scope in which every task has an output. */
const EVERYTHING: Scope = {
  input: null,
  tasks: new Proxy({}, { getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: null }) }),
  workflow: { id: '', startedAt: '' },
};

/** Runs the plan as the script has it; `picks` says whose report comes next, or whether time passes first. */
function statusOfRun(plan: Plan, script: Script, picks: readonly number[]): string | null {
  const decider = workflowDecider(plan);
  let state = decider.initial();
  let now = 0;
  const does = (command: WorkflowCommand) =>
    ({ state } = decide<WorkflowState, WorkflowCommand, WorkflowEvent>(decider, command, state, at(now)));
  does(start());
  for (let round = 0; !isOver(state) && round < 500; round++) {
    const pick = picks[round % picks.length]!;
    const tasks = [...tasksOf(state)].map(([ordinal]) => taskAt(plan, ordinal)!);
    const held = tasks.filter(({ ordinal, forEach }) => forEach === null && inHands(taskOf(state, ordinal)));
    const due = nextDue(state);
    const passes = held.length === 0 || (due !== undefined && pick % 3 === 0);
    if (passes && due !== undefined) now = Math.max(now, due - at(0).now);
    does(!passes ? reportOf(held[pick % held.length]!, state, script) : due === undefined ? signalFor(state) : fire());
  }
  return state.status;
}

/** Something that a task of the run waits for. */
function signalFor(state: WorkflowState): WorkflowCommand {
  const waiting = [...tasksOf(state)].find(([, task]) => task.status === 'waiting' && task.ended === null);
  return signal(waiting![1].signal!);
}

function reportOf({ ordinal, compensates, retry }: Plan['tasks'][number], state: WorkflowState, script: Script) {
  const said = { task: ordinal, attempt: taskOf(state, ordinal).attempt };
  const how = compensates === null ? script[ordinal % script.length]! : 'at last';
  const goesWell = how === 'well' || (how === 'at last' && said.attempt === retry.maxAttempts);
  return goesWell
    ? new CompleteTask({ ...said, output: null })
    : new FailTask({ ...said, error: { code: 'boom', message: 'as the script has it' } });
}

test('every run ends as a page of paper says, whoever is first', () => {
  // Time plays no part in it, and what undoes a task does so at last.
  const untimed = { broken: 'plain', timed: 'again' } as const;
  const plans = planData.map((data) => ({
    ...data,
    timeoutMs: null,
    tasks: data.tasks.map((task) => {
      const compensate = untimed[task.compensate as keyof typeof untimed] ?? task.compensate;
      return { ...task, queueMs: null, runMs: null, compensate };
    }),
  }));
  const script = fc.array(fc.constantFrom('well' as const, 'well' as const, 'at last' as const, 'badly' as const), {
    minLength: 1,
    maxLength: 8,
  });
  const picks = fc.array(fc.nat(100), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(plans, script, picks, (data, says, order) => {
      const plan = planFrom(data);
      expect(statusOfRun(plan, says, order)).toBe(statusByHand(plan, says));
    }),
    { numRuns: 3 * PROOF_RUNS },
  );
});
