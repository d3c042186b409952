import { type Plan, type PlannedTask, type TaskState, evolveTask } from '@orrery/domain';
import { type Call, type PlantedFault, inMethod, inPlan, inRules } from './plant.js';

const tasksOf = (altered: (task: PlannedTask) => Partial<PlannedTask>) =>
  inPlan((plan: Plan) => ({ ...plan, tasks: plan.tasks.map((task) => ({ ...task, ...altered(task) })) }));

/** Faults in the rules of runs and tasks. */
export const inRulesOfRuns: readonly PlantedFault[] = [
  {
    name: 'dependency-ignored',
    breaks: 'a task does not wait for the last of its dependencies',
    tellers: ['I8'],
    plant: inRules(({ evolve }) => ({
      evolve: {
        WorkflowStarted: (state, event) => {
          const begun = evolve.WorkflowStarted(state, event);
          begun.blockedBy = begun.blockedBy.map((count) => (count > 1 ? count - 1 : count));
          return begun;
        },
      },
    })),
  },
  {
    name: 'one-attempt-too-many',
    breaks: 'a task is tried once more than its policy allows',
    tellers: ['I12'],
    plant: tasksOf(({ retry }) => ({ retry: { ...retry, maxAttempts: retry.maxAttempts + 1 } })),
  },
  {
    name: 'no-backoff',
    breaks: 'a task is tried again at once',
    tellers: ['I12'],
    plant: tasksOf(({ retry }) => ({ retry: { ...retry, backoff: { ...retry.backoff, initialMs: 0 } } })),
  },
  {
    name: 'timer-early',
    breaks: 'what falls due within a second is taken as due',
    tellers: ['I12', 'I14'],
    plant: inRules(({ decide }) => ({
      decide: {
        FireTimers: (command, state, moment) =>
          decide.FireTimers(command, state, { ...moment, now: moment.now + 1_000 }),
      },
    })),
  },
  {
    name: 'timer-twice',
    breaks: 'what fell due fires again the next time',
    tellers: ['I5', 'I9', 'I14', 'no bugs'],
    plant: inMethod(evolveTask, 'TaskCompleted', ({ args: [task], sound }: Call<unknown, [TaskState], void>) => {
      const { due } = task;
      sound();
      task.due = due;
    }),
  },
  {
    name: 'undone-in-order',
    breaks: 'what was done is undone in the order in which it was done',
    tellers: ['I7'],
    plant: inRules(({ evolve }) => ({
      evolve: {
        TaskCompleted: (state, event) => {
          const before = state.undo.length;
          const after = evolve.TaskCompleted(state, event);
          if (after.undo.length > before) after.undo.unshift(after.undo.pop()!);
          return after;
        },
      },
    })),
  },
  {
    name: 'undo-leaves-one-out',
    breaks: 'the second task that was done is not undone',
    tellers: ['I7'],
    plant: inRules(({ evolve }) => ({
      evolve: {
        TaskCompleted: (state, event) => {
          const before = state.undo.length;
          const after = evolve.TaskCompleted(state, event);
          if (before === 1 && after.undo.length > before) after.undo.pop();
          return after;
        },
      },
    })),
  },
  {
    name: 'timers-lost-by-a-pause',
    breaks: 'what a run waits for when it is paused never falls due',
    tellers: ['I9'],
    plant: inRules(({ evolve }) => ({
      evolve: {
        WorkflowResumed: (state, event) => Object.assign(evolve.WorkflowResumed(state, event), { timers: [] }),
      },
    })),
  },
  {
    name: 'signal-lost-when-early',
    breaks: 'a signal that nothing waits for yet is dropped',
    tellers: ['I9'],
    plant: inRules(({ evolve }) => ({
      evolve: {
        SignalReceived: (state, event) => {
          const after = evolve.SignalReceived(state, event);
          const isAwaited = Object.hasOwn(state.awaiting, event.name);
          return isAwaited ? after : Object.assign(after, { signals: {}, signalsKept: 0 });
        },
      },
    })),
  },
];
