import type { Decider } from '../../kernel/decider.js';
import type { Plan } from '../definition/plan.js';
import type { WorkflowCommand } from './workflow.commands.js';
import { workflowDecide } from './workflow.decide.js';
import type { WorkflowEvent } from './workflow.events.js';
import { workflowFollow } from './workflow.follow.js';
import { workflowEvolve } from './workflow.evolve.js';
import { type WorkflowState, newWorkflow } from './workflow.state.js';

/** Moves with every change of `WorkflowState` that an older snapshot does not have. */
export const WORKFLOW_STATE_VERSION = 3;

/** The decider of the runs of one plan. */
export interface WorkflowDecider extends Decider<WorkflowState, WorkflowCommand, WorkflowEvent> {
  readonly plan: Plan;
}

/**
 * The rules of a run, for the plan that it runs. One run is one stream and one consistency boundary: completing a task
 * and queueing its successors is one decision. Its saga is the half that undoes, last completed first.
 */
export function workflowDecider(plan: Plan): WorkflowDecider {
  return {
    plan,
    kind: 'workflow',
    stateVersion: WORKFLOW_STATE_VERSION,
    initial: newWorkflow,
    decide: workflowDecide(plan),
    evolve: workflowEvolve(plan),
    follow: workflowFollow(plan),
  };
}
