import {
  ENGINE_TYPES,
  type Namespace,
  NotFound,
  type Plan,
  type PlannedTask,
  type TaskState,
  UPCASTERS,
  type WorkflowCommand,
  type WorkflowDecider,
  type WorkflowEvent,
  WORKFLOW_STATE_VERSION,
  type WorkflowState,
  type WorkflowStopped,
  isOver,
  runDeleted,
  taskAt,
  tasksOf,
  workflowDecider,
} from '@orrery/domain';
import type { Aggregate } from '../kernel/aggregate.js';
import { type MaybeLater, type StreamType, streamType } from '../kernel/stream-type.js';
import type { Plans } from './plans.js';

/** Fewer events than this are folded faster than a snapshot is read. */
const SNAPSHOT_EVENTS_MIN = 500;
/** How a snapshot of a run begins to say what it is; the hash of its plan follows. */
const SCHEMA = `workflow/${WORKFLOW_STATE_VERSION}/`;

/** A run in memory. */
export type Run = Aggregate<WorkflowState, WorkflowCommand, WorkflowEvent>;

/** The plan that a run runs. */
export function planOf(run: Run) {
  return (run.decider as WorkflowDecider).plan;
}

/** Whether what runs in a stopped run is told to end: when it was cancelled, or where its definition says so. */
export function tellsWhatRuns({ whenFailing }: Plan, cause: WorkflowStopped['cause']): boolean {
  return cause === 'cancelled' || whenFailing === 'cancel';
}

/** The tasks and compensations of a run that workers do: not its lists, and nothing that the engine performs itself. */
export function* workIn(run: Run): Iterable<readonly [planned: PlannedTask, task: TaskState]> {
  const plan = planOf(run);
  for (const [ordinal, task] of tasksOf(run.state)) {
    const planned = taskAt(plan, ordinal)!;
    if (planned.forEach === null && !ENGINE_TYPES.includes(planned.type)) yield [planned, task];
  }
}

/** Runs, as the shell needs to know them: each goes by the rules of its plan, which its first event names. */
export function workflowStreams(plans: Plans): StreamType {
  const deciderFor = (namespace: Namespace, hash: string): MaybeLater<WorkflowDecider> => {
    const plan = plans.get(namespace, hash);
    return plan instanceof Promise ? plan.then(deciderOf) : deciderOf(plan);
  };
  const type: StreamType<WorkflowState, WorkflowCommand, WorkflowEvent> = {
    kind: 'workflow',
    upcasters: UPCASTERS,
    deciderToBegin: (namespace, command) =>
      command.type === 'StartWorkflow' ? deciderFor(namespace, command.data.definition.hash) : undefined,
    deciderOf: (namespace, first) => {
      // All else of a deleted run may be gone already.
      if (first.type === 'WorkflowDeleted') throw runDeleted();
      // A definition's stream is no run, and whoever asks for it as one learns nothing.
      if (first.type !== 'WorkflowStarted') throw new NotFound('workflow.not-found', 'there is no such workflow');
      return deciderFor(namespace, first.definition.hash);
    },
    snapshotEvery: ({ tasks, lists }) => Math.max(SNAPSHOT_EVENTS_MIN, tasks.length + itemsIn(lists)),
    snapshotSchema: ({ definitionHash }) => `${SCHEMA}${definitionHash}`,
    deciderOfSnapshot: (namespace, schema) =>
      schema.startsWith(SCHEMA) ? deciderFor(namespace, schema.slice(SCHEMA.length)) : undefined,
    isOver,
    isDeleted: ({ deleted }) => deleted,
  };
  return streamType(type);
}

function itemsIn(lists: WorkflowState['lists']): number {
  return Object.values(lists).reduce((sum, { items }) => sum + items.length, 0);
}

const deciders = new WeakMap<Plan, WorkflowDecider>();

/** The decider of a plan's runs: one for all of them. */
export function deciderOf(plan: Plan): WorkflowDecider {
  let decider = deciders.get(plan);
  if (!decider) deciders.set(plan, (decider = workflowDecider(plan)));
  return decider;
}
