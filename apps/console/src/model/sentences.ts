import type { OpenTask, RunSummary } from '../api/types.js';
import { humane, relative } from './durations.js';
import { hasEnded } from './status.js';

/** Words with a large letter in front. */
export const capital = (words: string): string => `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;

/** Words as a sentence: a large letter in front, and something at its end. */
export const asSentence = (words: string): string => capital(words).replace(/[^.!?]$/, '$&.');

/** Why a task does not go on just now, in a few words that its name stands before. */
export function sayStanding(task: OpenTask, now: number): string {
  const lasting = humane(Math.max(0, now - Date.parse(task.since)));
  return (SENTENCES[task.status] ?? sayWait)(task, lasting, now);
}

type Sentence = (task: OpenTask, lasting: string, now: number) => string;

const again = ({ attempt }: OpenTask) => (attempt > 1 ? `, attempt ${attempt}` : '');

const sayWait: Sentence = ({ nextAttemptAt, error }, lasting, now) => {
  if (!nextAttemptAt) return `waits for ${lasting}`;
  const when = relative(Date.parse(nextAttemptAt), now);
  return error ? `is tried again ${when}: ${error.message}` : `goes on ${when}`;
};

const SENTENCES: { readonly [status: string]: Sentence | undefined } = {
  queued: (task, lasting) => `waits for a worker of type ${task.type}, for ${lasting}${again(task)}`,
  running: (task, lasting) => `runs${task.worker ? ` on ${task.worker}` : ''} for ${lasting}${again(task)}`,
  failed: ({ error }) => `failed: ${error?.message ?? 'for good'}`,
};

export const countOfTasks = (count: number): string => (count === 1 ? '1 task' : `${count.toLocaleString('en')} tasks`);

/** The one sentence of a run in a list: why it waits, or what came of it. */
export function sayRun({ status, tasks, error, waitingFor }: RunSummary, now: number): string {
  if (status === 'completed') return countOfTasks(tasks.total);
  if (hasEnded(status)) return error ? capital(error.message) : '';
  if (waitingFor) return capital(withAges(waitingFor, now));
  return `${tasks.ended.toLocaleString('en')} of ${tasks.total.toLocaleString('en')} tasks are done`;
}

const MOMENT = /(since|until|at) (\d{4}-\d\d-\d\dT[\d:.]+Z)/g;

/** A sentence of the server's with its moments as ages: `since 2030-01-01T12:00:00Z` is `for 3 min`. */
export function withAges(sentence: string, now: number): string {
  return sentence.replace(MOMENT, (_, word: string, at: string) => {
    const ms = now - Date.parse(at);
    if (word === 'since') return `for ${humane(Math.max(0, ms))}`;
    return word === 'until' ? `and goes on ${relative(Date.parse(at), now)}` : relative(Date.parse(at), now);
  });
}
