import type { RunStatus, TaskStatus } from '../api/types.js';

/** The five colours of states; everything else about a state is its shape and its word. */
export type Tone = 'idle' | 'active' | 'done' | 'failed' | 'undone';
export type Shape =
  'ring' | 'faint' | 'dotted' | 'arc' | 'disc' | 'cross' | 'arc-back' | 'disc-back' | 'dash' | 'slash' | 'bars';

export interface Look {
  readonly tone: Tone;
  readonly shape: Shape;
  readonly word: string;
}

/** How every state looks, everywhere: a colour, a shape that can be told apart in grey, and a word. */
export const LOOKS: { readonly [status in RunStatus | TaskStatus]: Look } = {
  pending: { tone: 'idle', shape: 'faint', word: 'Pending' },
  waiting: { tone: 'idle', shape: 'ring', word: 'Waiting' },
  queued: { tone: 'idle', shape: 'dotted', word: 'Queued' },
  running: { tone: 'active', shape: 'arc', word: 'Running' },
  completed: { tone: 'done', shape: 'disc', word: 'Completed' },
  failed: { tone: 'failed', shape: 'cross', word: 'Failed' },
  compensating: { tone: 'undone', shape: 'arc-back', word: 'Compensating' },
  compensated: { tone: 'undone', shape: 'disc-back', word: 'Compensated' },
  skipped: { tone: 'idle', shape: 'dash', word: 'Skipped' },
  cancelled: { tone: 'idle', shape: 'slash', word: 'Cancelled' },
  paused: { tone: 'idle', shape: 'bars', word: 'Paused' },
};

export const RUN_STATUSES: readonly RunStatus[] = [
  'running',
  'paused',
  'compensating',
  'completed',
  'failed',
  'compensated',
  'cancelled',
];

/** Whether nothing happens in a run any more by itself. */
export function hasEnded(status: RunStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'compensated' || status === 'cancelled';
}

/** Whether a task has come to an end, good or bad. */
export function isOver(status: TaskStatus): boolean {
  return !(['pending', 'queued', 'running', 'waiting', 'compensating'] as readonly TaskStatus[]).includes(status);
}

/** The order in which states are told: what is wrong comes first. */
export const STATUS_ORDER: readonly TaskStatus[] = [
  'failed',
  'compensating',
  'running',
  'waiting',
  'queued',
  'cancelled',
  'compensated',
  'completed',
  'skipped',
  'pending',
];

/** How many there are of each status. */
export type StatusCounts = { readonly [status in TaskStatus]?: number };

export function countByStatus(tasks: readonly { readonly status: TaskStatus }[]): StatusCounts {
  const counts: { [status in TaskStatus]?: number } = {};
  for (const { status } of tasks) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** The status that tells most about many tasks: the worst that is under way or wrong, else the commonest end. */
export function leadingStatus(counts: StatusCounts): TaskStatus {
  const present = STATUS_ORDER.filter((status) => (counts[status] ?? 0) > 0);
  const open = present.find((status) => status !== 'pending' && !isOver(status));
  if ((counts.failed ?? 0) > 0) return 'failed';
  if (open) return open;
  const pending = counts.pending ?? 0;
  const rest = present.filter((status) => status !== 'pending');
  if (pending > 0) return rest.length > 0 ? 'running' : 'pending';
  return rest.reduce((best, status) => (counts[status]! > (counts[best] ?? 0) ? status : best), rest[0] ?? 'pending');
}
