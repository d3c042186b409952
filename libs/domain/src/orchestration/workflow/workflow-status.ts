import type { Transitions } from '../../kernel/transitions.js';

/** Where a run stands. */
export type WorkflowStatus =
  'running' | 'paused' | 'compensating' | 'completed' | 'failed' | 'compensated' | 'cancelled';

/** A failed run can be set going again; a completed, compensated or cancelled one is over for good. */
export const WORKFLOW_TRANSITIONS: Transitions<WorkflowStatus> = {
  running: ['paused', 'compensating', 'completed', 'failed', 'compensated', 'cancelled'],
  paused: ['running', 'compensating'],
  compensating: ['paused', 'compensated', 'failed', 'cancelled'],
  completed: [],
  failed: ['running', 'compensating'],
  compensated: [],
  cancelled: [],
};

/** Whether nothing happens in this run any more, unless somebody retries it. */
export function hasEnded(status: WorkflowStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'compensated' || status === 'cancelled';
}
