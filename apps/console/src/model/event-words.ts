import type { RunEvent } from '../api/types.js';
import { capital } from './sentences.js';
import type { Tone } from './status.js';

/** What kind of thing an event tells: the colour of its tick. */
export function toneOf({ type, data }: Pick<RunEvent, 'type' | 'data'>): Tone {
  if (type === 'TaskFailed' || type === 'WorkflowFailed') return 'failed';
  if (type === 'WorkflowStopped') return data['cause'] === 'cancelled' ? 'idle' : 'failed';
  if (data['compensation'] === true || /Compensat/.test(type)) return 'undone';
  if (/Completed$|Collected$/.test(type)) return 'done';
  return /Started$|Expanded$|Resumed$|Retried$/.test(type) ? 'active' : 'idle';
}

const WORDS: { readonly [type: string]: string } = {
  WorkflowStarted: 'the run starts',
  TaskQueued: 'is queued',
  TaskStarted: 'begins',
  TaskCompleted: 'is done',
  TaskFailed: 'fails',
  TaskSkipped: 'is skipped',
  TaskWithdrawn: 'is withdrawn',
  TaskExpanded: 'becomes one task for each item',
  TaskCollected: 'has all its items',
  SignalReceived: 'a signal comes',
  WorkflowStopped: 'nothing new starts any more',
  CompensationStarted: 'what was done is being undone',
  WorkflowPaused: 'the run is paused',
  WorkflowResumed: 'the run goes on',
  WorkflowRetried: 'the run is tried again',
  WorkflowCompleted: 'the run is completed',
  WorkflowFailed: 'the run has failed',
  WorkflowCompensated: 'the run is undone',
  WorkflowCancelled: 'the run is cancelled',
  WorkflowDeleted: 'the run is deleted',
};

/** An event as a sentence; the name of a task is written as it is, also where it stands first. */
export function tellEvent(event: Pick<RunEvent, 'type' | 'data'>): string {
  const words = sayEvent(event);
  return words.startsWith(String(event.data['key'])) ? words : capital(words);
}

/** An event in a few words: `the compensation of courier begins, attempt 2`. */
export function sayEvent({ type, data }: Pick<RunEvent, 'type' | 'data'>): string {
  const words = WORDS[type] ?? type;
  const key = type.startsWith('Task') ? data['key'] : undefined;
  if (typeof key !== 'string') return type === 'SignalReceived' ? `the signal ${String(data['name'])} comes` : words;
  const whose = data['compensation'] === true ? `the compensation of ${key}` : key;
  const attempt = data['attempt'];
  const again = typeof attempt === 'number' && attempt > 1 ? `, attempt ${attempt}` : '';
  const later = type === 'TaskFailed' && data['retryAt'] !== undefined ? ', and will be tried again' : '';
  return `${whose} ${words}${again}${later}`;
}
