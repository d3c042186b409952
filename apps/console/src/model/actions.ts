import type { Command } from '../api/runs.js';
import type { Run, RunStatus, WouldBe } from '../api/types.js';
import { sayEvent } from './event-words.js';
import { asSentence } from './sentences.js';
import { hasEnded } from './status.js';

export type ActionName = 'pause' | 'resume' | 'retry' | 'signal' | 'cancel' | 'delete';

/** Something that can be done to a run. */
export interface Action {
  readonly name: ActionName;
  readonly label: string;
  /** What it is for, in a sentence. */
  readonly means: string;
  readonly isGrave: boolean;
}

const ACTIONS: { readonly [name in ActionName]: Action & { readonly when: (status: RunStatus) => boolean } } = {
  retry: {
    name: 'retry',
    label: 'Retry',
    means: 'What failed, and what never ran, is tried again. What is completed stays as it is.',
    isGrave: false,
    when: (status) => status === 'failed',
  },
  resume: {
    name: 'resume',
    label: 'Resume',
    means: 'The run goes on where it was paused; its timers are moved by as long as the pause was.',
    isGrave: false,
    when: (status) => status === 'paused',
  },
  signal: {
    name: 'signal',
    label: 'Signal',
    means: 'A task that waits for a signal of this name takes it; one that comes early is kept.',
    isGrave: false,
    when: (status) => !hasEnded(status),
  },
  pause: {
    name: 'pause',
    label: 'Pause',
    means: 'Nothing new starts and timers stand still. What is in the hands of workers comes to its end.',
    isGrave: false,
    when: (status) => status === 'running' || status === 'compensating',
  },
  cancel: {
    name: 'cancel',
    label: 'Cancel',
    means: 'Nothing new starts any more, and what was completed is undone, last first.',
    isGrave: true,
    when: (status) => status === 'running' || status === 'paused',
  },
  delete: {
    name: 'delete',
    label: 'Delete',
    means: 'The run is gone for everybody. Its id never begins another run.',
    isGrave: true,
    when: hasEnded,
  },
};

/** What can be done to a run that stands so. */
export function actionsFor(status: RunStatus): readonly Action[] {
  return Object.values(ACTIONS).filter(({ when }) => when(status));
}

/** What is said along with an action. */
export interface ActionWords {
  readonly reason?: string;
  readonly compensate?: boolean;
  readonly signal?: string;
  readonly payload?: unknown;
}

/** The request that an action is. */
export function commandOf(id: string, name: ActionName, words: ActionWords): Command {
  if (name === 'delete') return { path: `/workflows/${id}`, method: 'DELETE' };
  if (name === 'signal') {
    const path = `/workflows/${id}/signals/${encodeURIComponent(words.signal ?? '')}`;
    return { path, method: 'POST', body: words.payload ?? null };
  }
  const path = `/workflows/${id}/${name}`;
  if (name !== 'cancel') return { path, method: 'POST' };
  const { reason, compensate = true } = words;
  return { path, method: 'POST', body: { ...(reason ? { reason } : {}), compensate } };
}

/** What a command would do, in sentences: what it records at once, and what follows from that. */
export function effectOf(run: Pick<Run, 'tasks'>, events: readonly WouldBe[]): readonly string[] {
  if (events.length === 0) return ['Nothing would change: it is so already.'];
  const told = events.filter(({ type }) => type !== 'TaskWithdrawn').map(sayEvent);
  const withdrawn = events.length - told.length;
  const stop = events.find(({ type }) => type === 'WorkflowStopped');
  return [
    ...told.slice(0, TOLD_MAX).map(asSentence),
    ...(told.length > TOLD_MAX ? [`And ${told.length - TOLD_MAX} more events.`] : []),
    ...(withdrawn > 0 ? [`${withdrawn === 1 ? '1 queued task is' : `${withdrawn} queued tasks are`} withdrawn.`] : []),
    ...(stop ? afterStop(run, stop) : []),
  ];
}

const TOLD_MAX = 8;

function afterStop({ tasks }: Pick<Run, 'tasks'>, { data }: WouldBe): readonly string[] {
  const running = tasks.filter(({ status }) => status === 'running').map(({ key }) => key);
  const undone = tasks
    .filter(({ status, compensation }) => status === 'completed' && compensation)
    .map(({ key }) => key);
  const kept = tasks
    .filter(({ status, compensation }) => status === 'completed' && !compensation)
    .map(({ key }) => key);
  const undoes = data['compensate'] === true;
  return [
    ...(running.length > 0 ? [`${list(running)} ${isOrAre(running)} with workers, and awaited first.`] : []),
    ...(undoes && undone.length > 0 ? [`${list(undone)} will be undone, the last completed first.`] : []),
    ...(undoes && kept.length > 0
      ? [`${list(kept)} ${kept.length === 1 ? 'stays' : 'stay'} done: there is no compensation.`]
      : []),
  ];
}

const isOrAre = (keys: readonly string[]) => (keys.length === 1 ? 'is' : 'are');

/** A few of them by name, the rest by number. */
export function list(keys: readonly string[]): string {
  const named = keys.slice(0, 4);
  const rest = keys.length - named.length;
  if (rest > 0) return `${named.join(', ')} and ${rest} more`;
  return named.length > 1 ? `${named.slice(0, -1).join(', ')} and ${named.at(-1)}` : (named[0] ?? 'Nothing');
}
