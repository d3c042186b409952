import {
  type Namespace,
  NotFound,
  type Plan,
  type WorkflowCommand,
  type WorkflowDecider,
  type WorkflowEvent,
  WORKFLOW_STATE_VERSION,
  type WorkflowState,
  isOver,
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

/** Runs, as the shell needs to know them: each goes by the rules of its plan, which its first event names. */
export function workflowStreams(plans: Plans): StreamType {
  const deciderFor = (namespace: Namespace, hash: string): MaybeLater<WorkflowDecider> => {
    const plan = plans.get(namespace, hash);
    return plan instanceof Promise ? plan.then(deciderOf) : deciderOf(plan);
  };
  const type: StreamType<WorkflowState, WorkflowCommand, WorkflowEvent> = {
    kind: 'workflow',
    deciderToBegin: (namespace, command) =>
      command.type === 'StartWorkflow' ? deciderFor(namespace, command.data.definition.hash) : undefined,
    deciderOf: (namespace, first) => {
      // A definition's stream is no run, and whoever asks for it as one learns nothing.
      if (first.type !== 'WorkflowStarted') throw new NotFound('workflow.not-found', 'there is no such workflow');
      return deciderFor(namespace, first.definition.hash);
    },
    snapshotEvery: ({ tasks }) => Math.max(SNAPSHOT_EVENTS_MIN, tasks.length),
    snapshotSchema: ({ definitionHash }) => `${SCHEMA}${definitionHash}`,
    deciderOfSnapshot: (namespace, schema) =>
      schema.startsWith(SCHEMA) ? deciderFor(namespace, schema.slice(SCHEMA.length)) : undefined,
    isOver,
  };
  return streamType(type);
}

const deciders = new WeakMap<Plan, WorkflowDecider>();

/** The decider of a plan's runs: one for all of them. */
export function deciderOf(plan: Plan): WorkflowDecider {
  let decider = deciders.get(plan);
  if (!decider) deciders.set(plan, (decider = workflowDecider(plan)));
  return decider;
}
