import { expect, it } from '@jest/globals';
import { Plans, RunReader, detailsOf } from '@orrery/application';
import {
  DEFAULT_NAMESPACE,
  type Plan,
  type StreamId,
  type WorkflowCommand,
  type WorkflowEvent,
  type WorkflowState,
  evolve,
  outputOf,
  taskOf,
  workflowDecider,
} from '@orrery/domain';
import { MemoryLog } from '@orrery/infrastructure';
import { historiesOf } from './checks/history.js';
import { withTraps } from './kernel/traps.js';
import { Simulation } from './simulation.js';

const RUNS = 100;

/** What a run is after some of its events, by the rules of the domain alone. */
function expected(plan: Plan, state: WorkflowState, version: number) {
  const tasks = plan.tasks.slice(0, plan.taskCount).map((planned) => {
    const { status, attempt, error } = taskOf(state, planned.ordinal);
    return { key: planned.key, status, attempt, error, output: outputOf(plan, state, planned) ?? null };
  });
  return { version, status: state.status, tasks };
}

it('shows a run of any version as a fold of so many of its events gives it', async () => {
  let [runs, versions] = [0, 0];
  for (let seed = 1; runs < RUNS; seed++) {
    const simulation = new Simulation(seed);
    await withTraps(() => simulation.run());
    const { database } = simulation.world;
    const plans = new Plans(database.contents);
    const reader = new RunReader(new MemoryLog(database.store), plans);
    for (const { stream, events } of historiesOf(database).slice(0, RUNS - runs)) {
      const first = events[0]!.event;
      if (first.type !== 'WorkflowStarted') continue;
      const plan = await plans.get(DEFAULT_NAMESPACE, first.definition.hash);
      const decider = workflowDecider(plan);
      let state = decider.initial();
      for (const { event, version } of events) {
        state = evolve<WorkflowState, WorkflowCommand, WorkflowEvent>(decider, state, event);
        const page = await reader.pageAt({ namespace: DEFAULT_NAMESPACE, stream: stream as StreamId }, version);
        const shown = detailsOf(page, { tasksFrom: 0, payloads: true });
        const tasks = shown.tasks.slice(0, plan.taskCount).map(({ key, status, attempt, error, output }) => {
          return { key, status, attempt, error, output };
        });
        expect({ version: shown.version, status: shown.status, tasks }).toEqual(expected(plan, state, version));
        expect(page.state).toEqual(state);
        versions += 1;
      }
      runs += 1;
    }
  }
  expect(versions).toBeGreaterThan(RUNS * 5);
}, 120_000);
