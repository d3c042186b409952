import { type PlannedTask, type TaskState, hasEnded, inHands, taskAt, taskOf, tasksOf } from '@orrery/domain';
import type { Standing, StandingOf, Standings } from '../dispatch/standings.js';
import { childIdOf } from '../child-ids.js';
import { type RunPage, timesOf } from './run-page.js';

/** A page of a run as it is now, with how its queued tasks stand, where that is known. */
export interface ShownPage extends RunPage {
  readonly standingOf?: StandingOf | undefined;
}

/** A page of a run as it is now, with how its queued tasks stand. */
export async function asItStands(page: RunPage, standings: Standings): Promise<ShownPage> {
  return { ...page, standingOf: await standings.of(page.namespace, page.state) };
}

/** Why a run does not go on by itself just now, in one sentence: for what, since when, which attempt. Null: it does. */
export function runWaitsFor(page: ShownPage): string | null {
  const { state, plan } = page;
  if (state.status === null || hasEnded(state.status)) return null;
  if (state.status === 'paused') return `paused since ${iso(state.pausedAt!)}: resume it to go on`;
  const open = [...tasksOf(state)].map(([ordinal, task]) => ({ task, planned: taskAt(plan, ordinal)! }));
  // Of a list its items are waited for.
  const busy = open.filter(({ task, planned }) => !planned.forEach && (inHands(task) || task.status === 'waiting'));
  const [first] = busy;
  if (!first) return null;
  const sentence = taskWaitsFor(page, first.planned.ordinal);
  const others = busy.length === 1 ? '' : ` (and ${busy.length - 1} more)`;
  return sentence === null ? null : `${nameOf(first.planned)} ${sentence}${others}`;
}

/** The same for one task. */
export function taskWaitsFor(page: ShownPage, ordinal: number): string | null {
  const task = taskOf(page.state, ordinal);
  const planned = taskAt(page.plan, ordinal)!;
  const sentence = SENTENCES[task.status];
  return sentence ? sentence(task, planned, page) : null;
}

type Sentence = (task: TaskState, planned: PlannedTask, page: ShownPage) => string;

const SENTENCES: { readonly [status: string]: Sentence | undefined } = {
  pending: (_task, planned, page) => {
    const open = planned.dependsOn.filter((on) => !['completed', 'skipped'].includes(page.state.tasks[on]!.status));
    if (open.length === 0) return 'waits for its run to go on';
    const names = open.slice(0, 3).map((on) => `"${page.plan.tasks[on]!.key}"`);
    return `waits for ${names.join(', ')}${open.length > 3 ? ` and ${open.length - 3} more` : ''}`;
  },
  queued: (task, planned, page) => {
    const standing = page.standingOf?.(planned.ordinal, planned.type);
    const waits = standing?.holder
      ? isHeld(standing.holder)
      : `waits for a worker of type "${planned.type}" since ${iso(timesOf(page, planned.ordinal).queuedAt!)}`;
    return `${waits}, ${attemptOf(task, planned)}${standing ? whoTakes(planned.type, standing) : ''}`;
  },
  running: (task, planned, page) => {
    const { startedAt, worker } = timesOf(page, planned.ordinal);
    if (planned.forEach) return itemsOf(planned, page);
    if (task.child) {
      const child = childIdOf(page.namespace, page.started.id, planned.ordinal, task.attempt);
      return `waits for its run ${child} since ${iso(startedAt!)}, ${attemptOf(task, planned)}`;
    }
    return `runs since ${iso(startedAt!)}${worker === null ? '' : ` on "${worker}"`}, ${attemptOf(task, planned)}`;
  },
  waiting: (task, planned, page) => {
    if (task.ended !== null) {
      return `is tried again at ${iso(task.due!)}, after ${attemptOf(task, planned)} failed: ${task.error!.message}`;
    }
    if (task.signal === undefined) return `sleeps until ${iso(task.due!)}`;
    const atMost = task.due === null ? '' : `, until ${iso(task.due)}`;
    return `waits for the signal "${task.signal}" since ${iso(timesOf(page, planned.ordinal).startedAt!)}${atMost}`;
  },
};

function isHeld({ who, name, since }: NonNullable<Standing['holder']>): string {
  const words = {
    worker: `is with "${name}"`,
    broker: 'lies with the broker',
    others: 'is offered to other processes',
  };
  return `${words[who]} since ${iso(since)}`;
}

/** Who could do it, and what is done before it; nothing of what somebody has. */
function whoTakes(type: string, { workers, isDoneElsewhere, holder, before }: Standing): string {
  if (holder && holder.who !== 'broker') return '';
  if (workers === 0)
    return isDoneElsewhere ? ': another process does such tasks' : `: no worker takes "${type}" just now`;
  const busy = workers === 1 ? 'its only worker is' : `its ${workers} workers are`;
  if (holder) return `: ${busy} to read it`;
  return `: ${busy} busy${before ? inLine(before) : ''}`;
}

function inLine({ all, urgent }: NonNullable<Standing['before']>): string {
  if (all === 0) return ', and it is next';
  const go = all === 1 ? 'task goes' : 'tasks go';
  return `, and ${all} ${go} before it${urgent === 0 ? '' : `, ${urgent} of them for their priority`}`;
}

function itemsOf({ ordinal }: PlannedTask, { state }: RunPage): string {
  const { items, waiting, open } = state.lists[ordinal]!;
  const held = waiting.length === 0 ? '' : `; ${waiting.length} wait for their turn`;
  return `has done ${items.length - open} of ${items.length} items${held}`;
}

function attemptOf(task: TaskState, planned: PlannedTask): string {
  return `attempt ${task.attempt} of ${task.attemptsBefore + planned.retry.maxAttempts}`;
}

function nameOf({ key, compensates }: PlannedTask): string {
  return compensates === null ? `"${key}"` : `the compensation of "${key}"`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
