import type { Transitions } from '../../kernel/transitions.js';

/** Where a task stands. `waiting` is for a retry, a timer or a signal; what has a `forEach` runs while its items do. */
export type TaskStatus =
  | 'pending'
  | 'queued'
  | 'running'
  | 'waiting'
  | 'completed'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'compensating'
  | 'compensated';

/** From a failed or cancelled task only a retry of the run by hand leads on. */
export const TASK_TRANSITIONS: Transitions<TaskStatus> = {
  pending: ['queued', 'running', 'waiting', 'completed', 'failed', 'skipped', 'cancelled'],
  queued: ['running', 'waiting', 'completed', 'failed', 'cancelled'],
  running: ['waiting', 'completed', 'failed', 'cancelled'],
  waiting: ['queued', 'running', 'completed', 'failed', 'cancelled'],
  completed: ['compensating', 'compensated'],
  failed: ['pending', 'running'],
  skipped: [],
  cancelled: ['pending', 'running'],
  compensating: ['compensated', 'completed'],
  compensated: [],
};
