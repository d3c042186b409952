import { expect, test } from '@jest/globals';
import { decide } from '../../kernel/decider.js';
import { taskAt } from '../definition/items.js';
import { LIMITS } from '../definition/limits.js';
import type { Plan } from '../definition/plan.js';
import { CompleteTask, FailTask } from '../task/task.commands.js';
import { counting } from '../testing/counting.js';
import { type TaskSketch, plan } from '../testing/plan-builder.js';
import { at, cancel, error, fire, pause, resume, signal, start } from '../testing/run-words.js';
import type { WorkflowCommand } from './workflow.commands.js';
import type { WorkflowEvent } from './workflow.events.js';
import { workflowDecider } from './workflow.js';
import { type WorkflowState, isOver, newWorkflow, nextDue } from './workflow.state.js';

interface Shape {
  readonly plan: (n: number) => Plan;
  /** What comes after the start and before the first report. */
  readonly then?: (n: number) => readonly WorkflowCommand[];
  readonly status?: WorkflowState['status'];
}

function many(n: number, sketch: (index: number) => TaskSketch, others: { [key: string]: TaskSketch } = {}): Plan {
  return plan({ ...Object.fromEntries(names(n).map((key, index) => [key, sketch(index)])), ...others });
}
const names = (n: number) => Array.from({ length: n }, (_, index) => `t${index}`);
const fan = (n: number) => many(n, () => ({ after: ['fork'], runMs: 60_000 }), { fork: {}, join: { after: names(n) } });
const chain = (type: string) => (n: number) =>
  many(n, (index) => ({ type, when: () => true, after: index === 0 ? [] : [`t${index - 1}`] }));
const sleeps = (ms: (index: number) => number) => (n: number) =>
  many(n, (index) => ({ type: 'sleep', input: { duration: `${ms(index)}ms` } }), { join: { after: names(n) } });
const list =
  (type: string, more: object = {}) =>
  (n: number) =>
    plan({ list: { type, forEach: [...Array(n).keys()], ...more }, join: { after: ['list'] } });
const signalled = (n: number) => many(n, () => ({ type: 'wait', input: { signal: 'go' } }));
const signals = (n: number) => Array.from({ length: n }, () => signal('go'));
const saga = (type: string) => (n: number) =>
  many(n, () => ({ type, compensate: { type } }), { bad: { type: 'bad', after: names(n) } });

const SHAPES: { readonly [shape: string]: Shape } = {
  'a fan-out and its fan-in': { plan: fan },
  'a fan-out that is paused and resumed': { plan: fan, then: () => [pause(), resume()] },
  'a fan-out that is cancelled': { plan: fan, then: () => [cancel()], status: 'cancelled' },
  'a chain': { plan: chain('work') },
  'a chain within one decision': { plan: chain('noop') },
  'sleeps that end together': { plan: sleeps(() => 1_000) },
  'sleeps that end one by one': { plan: sleeps((index) => 1 + ((index * 7_919) % 10_007)) },
  'a list': { plan: list('work') },
  'a list a few at a time': { plan: list('work', { concurrency: 3 }) },
  'a list within one decision': { plan: list('noop', { concurrency: 3 }) },
  'a list that is paused and resumed': { plan: list('work'), then: () => [pause(), resume()] },
  'a list that is undone': {
    plan: (n) =>
      many(0, () => ({}), {
        list: { forEach: [...Array(n).keys()], compensate: true },
        bad: { type: 'bad', after: ['list'] },
      }),
    status: 'compensated',
  },
  'signals that are waited for': { plan: signalled, then: signals },
  'signals that come early': {
    plan: (n) =>
      many(
        n,
        (index) => ({ type: 'wait', input: { signal: 'go' }, after: [index === 0 ? 'first' : `t${index - 1}`] }),
        { first: {} },
      ),
    then: signals,
  },
  'a saga that is undone': { plan: saga('work'), status: 'compensated' },
  'a saga that is undone within one decision': { plan: saga('noop'), status: 'compensated' },
};

/** Runs a plan to its end: what is handed out completes, or fails where it is bad, in its order; then time passes. */
function run({ plan: shape, then = () => [] }: Shape, n: number, state: WorkflowState): WorkflowState {
  const each = shape(n);
  const decider = workflowDecider(each);
  const queue: WorkflowCommand[] = [start(), ...then(n)];
  let now = at(0).now;
  for (let next = 0; !isOver(state); next++) {
    if (!queue[next]) {
      now = nextDue(state)!;
      queue.push(fire());
    }
    const moment = { now, random: () => 0.5 };
    const decided = decide<WorkflowState, WorkflowCommand, WorkflowEvent>(decider, queue[next]!, state, moment);
    for (const { type, ...event } of decided.events) {
      if (type === 'TaskQueued') queue.push(reportOn(each, event as { task: number; attempt: number }));
    }
  }
  return state;
}

function reportOn(shape: Plan, { task, attempt }: { task: number; attempt: number }): WorkflowCommand {
  if (taskAt(shape, task)!.type === 'bad') return new FailTask({ task, attempt, error: error('boom') });
  return new CompleteTask({ task, attempt, output: null, startedAt: at(0).now });
}

test.each(Object.entries(SHAPES))('%s takes as much work for each of many tasks as for each of a few', (_, shape) => {
  const workFor = (n: number) => {
    const counted = counting(newWorkflow());
    run(shape, n, counted.object);
    return counted.accesses();
  };
  // Ten times as many tasks: ten times the work, and a heap that is a little deeper. Squared it would be a hundred.
  expect(workFor(500) / workFor(50)).toBeLessThan(15);
});

test.each([
  'a fan-out and its fan-in',
  'a chain within one decision',
  'sleeps that end together',
  'a saga that is undone within one decision',
])('%s ends with as many tasks as a run may have', (shape) => {
  const { status } = run(SHAPES[shape]!, LIMITS.tasksPerRun, newWorkflow());
  expect(status).toBe(SHAPES[shape]!.status ?? 'completed');
});
