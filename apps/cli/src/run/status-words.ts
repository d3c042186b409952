import type { TaskStatus, WorkflowStatus } from '@orrery/sdk';
import type { Ink } from '../output/style.js';

interface Look {
  readonly symbol: string;
  readonly ink?: Ink;
}

/** How a status looks, those first that somebody should look at first. A status is always written out as well. */
export const TASK_LOOKS: { readonly [status in TaskStatus]: Look } = {
  failed: { symbol: '✖', ink: 'red' },
  compensating: { symbol: '↺', ink: 'magenta' },
  running: { symbol: '●', ink: 'cyan' },
  waiting: { symbol: '◔', ink: 'yellow' },
  queued: { symbol: '◌', ink: 'blue' },
  pending: { symbol: '·', ink: 'dim' },
  cancelled: { symbol: '⊘', ink: 'yellow' },
  compensated: { symbol: '↩', ink: 'magenta' },
  skipped: { symbol: '–', ink: 'dim' },
  completed: { symbol: '✔', ink: 'green' },
};

/** From the most urgent to the least. */
export const TASK_STATUSES = Object.keys(TASK_LOOKS) as readonly TaskStatus[];

export const urgencyOf = (status: TaskStatus): number => TASK_STATUSES.indexOf(status);

export const WORKFLOW_INKS: { readonly [status in WorkflowStatus]: Ink } = {
  running: 'cyan',
  paused: 'yellow',
  compensating: 'magenta',
  completed: 'green',
  failed: 'red',
  compensated: 'magenta',
  cancelled: 'yellow',
};
