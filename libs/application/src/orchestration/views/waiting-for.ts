import { type PlannedTask, type TaskState, hasEnded, inHands } from '@orrery/domain';
import type { RunPage } from './run-page.js';

/** Why a run does not go on by itself just now, in one sentence: for what, since when, which attempt. Null: it does. */
export function runWaitsFor(page: RunPage): string | null {
  const { state, plan } = page;
  if (state.status === null || hasEnded(state.status)) return null;
  if (state.status === 'paused') return `paused since ${iso(state.pausedAt!)}: resume it to go on`;
  const open = state.tasks.map((task, ordinal) => ({ task, planned: plan.tasks[ordinal]! }));
  const busy = open.filter(({ task }) => inHands(task) || task.status === 'waiting');
  const [first] = busy;
  if (!first) return null;
  const sentence = taskWaitsFor(page, first.planned.ordinal);
  const others = busy.length === 1 ? '' : ` (and ${busy.length - 1} more)`;
  return sentence === null ? null : `${nameOf(first.planned)} ${sentence}${others}`;
}

/** The same for one task. */
export function taskWaitsFor(page: RunPage, ordinal: number): string | null {
  const task = page.state.tasks[ordinal]!;
  const planned = page.plan.tasks[ordinal]!;
  const sentence = SENTENCES[task.status];
  return sentence ? sentence(task, planned, page) : null;
}

type Sentence = (task: TaskState, planned: PlannedTask, page: RunPage) => string;

const SENTENCES: { readonly [status: string]: Sentence | undefined } = {
  pending: (_task, planned, page) => {
    const open = planned.dependsOn.filter((on) => !['completed', 'skipped'].includes(page.state.tasks[on]!.status));
    if (open.length === 0) return 'waits for its run to go on';
    const names = open.slice(0, 3).map((on) => `"${page.plan.tasks[on]!.key}"`);
    return `waits for ${names.join(', ')}${open.length > 3 ? ` and ${open.length - 3} more` : ''}`;
  },
  queued: (task, planned, page) =>
    `waits for a worker of type "${planned.type}" since ${iso(page.times[planned.ordinal]!.queuedAt!)}, ${attemptOf(task, planned)}`,
  running: (task, planned, page) => {
    const { startedAt, worker } = page.times[planned.ordinal]!;
    return `runs since ${iso(startedAt!)}${worker === null ? '' : ` on "${worker}"`}, ${attemptOf(task, planned)}`;
  },
  waiting: (task, planned) =>
    task.error === null
      ? `sleeps until ${iso(task.due!)}`
      : `is tried again at ${iso(task.due!)}, after ${attemptOf(task, planned)} failed: ${task.error.message}`,
};

function attemptOf(task: TaskState, planned: PlannedTask): string {
  return `attempt ${task.attempt} of ${task.attemptsBefore + planned.retry.maxAttempts}`;
}

function nameOf({ key, compensates }: PlannedTask): string {
  return compensates === null ? `"${key}"` : `the compensation of "${key}"`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
