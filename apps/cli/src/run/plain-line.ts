import type { Failure, WorkflowEvent } from '@orrery/sdk';
import { type Line, harmless, pad, piece } from '../output/line.js';
import type { Ink } from '../output/style.js';
import { clockTime, humanDuration } from '../output/times.js';
import type { TaskPicture } from './run-picture.js';

interface Words {
  readonly word: string;
  readonly ink?: Ink;
}

/** What an event says in a word, of a task or of the whole run; what is not here brings no change of state. */
const TASK_WORDS: { readonly [type: string]: Words } = {
  TaskQueued: { word: 'queued', ink: 'blue' },
  TaskStarted: { word: 'running', ink: 'cyan' },
  TaskCompleted: { word: 'completed', ink: 'green' },
  TaskFailed: { word: 'failed', ink: 'red' },
  TaskSkipped: { word: 'skipped', ink: 'dim' },
  TaskWithdrawn: { word: 'cancelled', ink: 'yellow' },
};
const RUN_WORDS: { readonly [type: string]: Words } = {
  WorkflowStarted: { word: 'started', ink: 'cyan' },
  WorkflowStopped: { word: 'stopping', ink: 'yellow' },
  CompensationStarted: { word: 'undoing', ink: 'magenta' },
  WorkflowPaused: { word: 'paused', ink: 'yellow' },
  WorkflowResumed: { word: 'resumed', ink: 'cyan' },
  WorkflowRetried: { word: 'retried', ink: 'cyan' },
  WorkflowCompleted: { word: 'completed', ink: 'green' },
  WorkflowFailed: { word: 'failed', ink: 'red' },
  WorkflowCompensated: { word: 'compensated', ink: 'magenta' },
  WorkflowCancelled: { word: 'cancelled', ink: 'yellow' },
  SignalReceived: { word: 'signal', ink: 'cyan' },
};

const WORD_COLUMNS = 12;

/** An event in one line, for a reader without a terminal; nothing where it changes no state. */
export function plainLine(event: WorkflowEvent, title: string, task: TaskPicture | undefined): Line | undefined {
  const { type, at, data } = event;
  const ofTask = TASK_WORDS[type];
  const words = ofTask ? taskWords(event, ofTask) : RUN_WORDS[type];
  if (!words) return undefined;
  const key = typeof data['key'] === 'string' ? data['key'] : undefined;
  const isUndoing = data['compensation'] === true;
  const subject = ofTask && key !== undefined ? `${key}${isUndoing ? ' (undoing)' : ''}` : title;
  return [
    piece(clockTime(at), 'dim'),
    piece('  '),
    piece(pad(words.word, WORD_COLUMNS), words.ink),
    piece(harmless(subject)),
    piece(noteOf(event, task), 'dim'),
  ];
}

/** A failed attempt that is followed by another one leaves its task waiting. */
function taskWords({ data }: WorkflowEvent, words: Words): Words {
  const waits = data['retryAt'] !== undefined || data['until'] !== undefined;
  return waits ? { word: 'waiting', ink: 'yellow' } : words;
}

interface Told {
  readonly error?: Failure;
  readonly attempt?: number;
  readonly retryAt?: string;
  readonly until?: string;
  readonly name?: string;
}

type Note = (told: Told, at: number, task: TaskPicture | undefined) => string | undefined;

/** What else there is to say, by what an event brings with it. */
const NOTES: { readonly [type: string]: Note } = {
  SignalReceived: ({ name }) => name,
  TaskCompleted: (_told, at, task) => (task?.startedAt ? humanDuration(at - task.startedAt) : undefined),
  TaskQueued: ({ attempt = 1 }, _at, task) =>
    attempt > 1 ? `attempt ${attempt}${task ? ` of ${task.maxAttempts}` : ''}` : undefined,
  TaskStarted: ({ until }, at) => (until === undefined ? undefined : `for ${humanDuration(Date.parse(until) - at)}`),
};

function noteOf({ type, at, data }: WorkflowEvent, task: TaskPicture | undefined): string {
  const told = data as Told;
  const { error, retryAt } = told;
  const time = Date.parse(at);
  const parts = [
    NOTES[type]?.(told, time, task),
    error && `${error.code}: ${error.message}`,
    retryAt && `again in ${humanDuration(Date.parse(retryAt) - time)}`,
  ].filter((part) => part);
  return parts.length === 0 ? '' : `  ${harmless(parts.join(' · '))}`;
}
