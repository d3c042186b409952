import type { OpenTask, RunSummary } from '../api/types.js';
import { humane, relative } from './durations.js';
import { hasEnded } from './status.js';

/** Why a task does not go on just now, in a few words. */
export function sayTask(task: OpenTask, now: number): string {
  const { key, type, status, attempt, since, nextAttemptAt, worker, error } = task;
  const lasting = humane(Math.max(0, now - Date.parse(since)));
  const tries = attempt > 1 ? `, attempt ${attempt}` : '';
  if (status === 'queued') return `${key} waits for a worker of type ${type}, for ${lasting}${tries}`;
  if (status === 'running') return `${key} runs${worker ? ` on ${worker}` : ''} for ${lasting}${tries}`;
  if (status === 'failed') return `${key} failed: ${error?.message ?? 'for good'}`;
  if (error && nextAttemptAt)
    return `${key} is tried again ${relative(Date.parse(nextAttemptAt), now)}: ${error.message}`;
  return nextAttemptAt
    ? `${key} waits, until ${relative(Date.parse(nextAttemptAt), now)}`
    : `${key} waits for ${lasting}`;
}

/** The one sentence of a run in a list: why it waits, or what came of it. */
export function sayRun(run: RunSummary, open: readonly OpenTask[], now: number): string {
  if (run.status === 'completed') return run.tasks.total === 1 ? '1 task' : `${run.tasks.total} tasks`;
  if (hasEnded(run.status)) return run.error ? run.error.message : '';
  if (run.status === 'paused') return 'Paused: resume it to go on';
  const [first, ...others] = [...open].sort((a, b) => URGENCY.indexOf(a.status) - URGENCY.indexOf(b.status));
  if (!first) return `${run.tasks.ended} of ${run.tasks.total} tasks are done`;
  return `${sayTask(first, now)}${others.length > 0 ? ` (and ${others.length} more)` : ''}`;
}

const URGENCY: readonly string[] = ['failed', 'waiting', 'queued', 'running', 'compensating'];
