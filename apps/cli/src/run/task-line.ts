import { type Line, type Piece, harmless, pad, piece } from '../output/line.js';
import { humanDuration } from '../output/times.js';
import type { Group } from './groups.js';
import type { TaskPicture } from './run-picture.js';
import { TASK_LOOKS, TASK_STATUSES, urgencyOf } from './status-words.js';

const STATUS_COLUMNS = 12;
/** Who waits for a worker so long wants to know for which. */
const LONG_IN_QUEUE_MS = 2_000;

/** One task in a line: how it looks, its key, its status, and what there is to know about that. */
export function taskLine(task: TaskPicture, gutter: string, labelColumns: number, now: number): Line {
  const { symbol, ink } = TASK_LOOKS[task.status];
  return [
    ...begin(gutter, symbol, task),
    piece(pad(harmless(task.key), Math.max(0, labelColumns - gutter.length))),
    piece('  '),
    piece(pad(task.status, STATUS_COLUMNS), ink),
    piece(noteOf(task, now), task.error && task.status === 'failed' ? 'red' : 'dim'),
  ];
}

const begin = (gutter: string, symbol: string, { status }: Pick<TaskPicture, 'status'>): Piece[] => [
  piece(gutter, 'dim'),
  piece(`${symbol} `, TASK_LOOKS[status].ink),
];

/** A node of the tree in a line; a crowd by how many of it are where. */
export function groupLine({ label, members }: Group, gutter: string, labelColumns: number, now: number): Line {
  const [only] = members;
  if (members.length === 1) return taskLine(only!, gutter, labelColumns, now);
  const first = mostUrgent(members);
  const name = `${harmless(label)} × ${members.length.toLocaleString('en-US')}`;
  return [
    ...begin(gutter, TASK_LOOKS[first.status].symbol, first),
    piece(pad(name, Math.max(0, labelColumns - gutter.length)), 'bold'),
    piece('  '),
    ...countsOf(members).flatMap((each, at) => (at === 0 ? [each] : [piece(' · '), each])),
  ];
}

/** How many of them are where, the most urgent first. */
export function countsOf(members: readonly TaskPicture[]): readonly Piece[] {
  return TASK_STATUSES.flatMap((status) => {
    const many = members.filter((task) => task.status === status).length;
    return many > 0 ? [piece(`${many.toLocaleString('en-US')} ${status}`, TASK_LOOKS[status].ink)] : [];
  });
}

export function mostUrgent(members: readonly TaskPicture[]): TaskPicture {
  return members.reduce((first, each) => (urgencyOf(each.status) < urgencyOf(first.status) ? each : first));
}

/** Why, how long, and which attempt; of what failed the reason first, as that is what is looked for. */
export function noteOf(task: TaskPicture, now: number): string {
  const { status, error, items, childId } = task;
  const why = error ? `${harmless(error.code)}: ${harmless(error.message)}` : '';
  const parts = [
    NOTES[status]?.(task, now) ?? '',
    items === null ? '' : `${items.toLocaleString('en-US')} items`,
    childId === null ? '' : `run ${childId}`,
    attemptsOf(task),
  ];
  return (status === 'failed' ? [why, ...parts] : [...parts, why]).filter((part) => part !== '').join(' · ');
}

/** Who waits is told of the next attempt instead. */
const attemptsOf = ({ status, attempt, maxAttempts }: TaskPicture) =>
  attempt > 1 && maxAttempts > 1 && status !== 'waiting' ? `attempt ${attempt} of ${maxAttempts}` : '';

const spent = (from: number | null, to: number) => (from === null ? '' : humanDuration(to - from));

const NOTES: { readonly [status in TaskPicture['status']]?: (task: TaskPicture, now: number) => string } = {
  running: ({ startedAt }, now) => spent(startedAt, now),
  completed: ({ startedAt, endedAt }) => (endedAt === null ? '' : spent(startedAt, endedAt)),
  failed: ({ startedAt, endedAt }) => (endedAt === null ? '' : spent(startedAt, endedAt)),
  waiting({ nextAt, error, attempt, maxAttempts }, now) {
    const left = nextAt === null ? '' : `in ${humanDuration(nextAt - now)}`;
    if (error) return `attempt ${attempt + 1} of ${maxAttempts} ${left}`.trimEnd();
    return nextAt === null ? '' : `ends ${left}`;
  },
  queued({ queuedAt, type }, now) {
    const waits = queuedAt === null ? 0 : now - queuedAt;
    return waits < LONG_IN_QUEUE_MS ? '' : `${humanDuration(waits)} · for a worker of ${harmless(type)}`;
  },
};
