import type { Json, RunEvent, Task } from '../api/types.js';
import { humane } from './durations.js';
import { sayEvent } from './event-words.js';
import { type Span, timelineOf } from './spans.js';

/** Of one run and of the other. */
export type Pair<Value> = readonly [Value, Value];

export type Difference = 'missing' | 'state' | 'attempts' | 'error' | 'output';

/** A task as it is in two runs. */
export interface ComparedTask {
  readonly key: string;
  readonly sides: Pair<Task | undefined>;
  readonly differences: readonly Difference[];
  readonly tookMs: Pair<number | null>;
  /** By how much the other run took longer; null where one of them did not work on it. */
  readonly longerMs: number | null;
}

/** What of two values is compared: everything, but not the order of the names. */
const said = (value: unknown) => JSON.stringify(sorted(value as Json) ?? null);

/** The tasks of two runs beside each other, by their keys; `now` is when what still lasts has got to. */
export function compareTasks([one, other]: Pair<readonly Task[]>, now: Pair<number>): readonly ComparedTask[] {
  const [mine, theirs] = [byKey(one), byKey(other)];
  return [...new Set([...mine.keys(), ...theirs.keys()])].map((key) => {
    const sides = [mine.get(key), theirs.get(key)] as const;
    const tookMs = [tookOf(sides[0], now[0]), tookOf(sides[1], now[1])] as const;
    const longerMs = tookMs[0] === null || tookMs[1] === null ? null : tookMs[1] - tookMs[0];
    return { key, sides, differences: differencesOf(sides), tookMs, longerMs };
  });
}

const byKey = (tasks: readonly Task[]) => new Map(tasks.map((task) => [task.key, task]));

function differencesOf([one, other]: Pair<Task | undefined>): readonly Difference[] {
  if (!one || !other) return ['missing'];
  const pairs: readonly (readonly [Difference, unknown, unknown])[] = [
    ['state', one.status, other.status],
    ['attempts', one.attempt, other.attempt],
    ['error', one.error?.code, other.error?.code],
    ['output', one.output, other.output],
  ];
  return pairs.filter(([, a, b]) => said(a) !== said(b)).map(([name]) => name);
}

function tookOf(task: Task | undefined, now: number): number | null {
  if (!task?.startedAt || task.status === 'pending' || task.status === 'skipped') return null;
  return Math.max(0, (task.endedAt === null ? now : Date.parse(task.endedAt)) - Date.parse(task.startedAt));
}

/** A task's line on a timeline of two runs; times in milliseconds from the start of each. */
export interface ComparedRow {
  readonly key: string;
  readonly isCompensation: boolean;
  readonly sides: Pair<readonly Span[]>;
}

/** When what happened in two runs, as if they had started at the same moment. */
export function compareTimelines(events: Pair<readonly RunEvent[]>): readonly ComparedRow[] {
  const rows = new Map<string, ComparedRow & { readonly sides: [readonly Span[], readonly Span[]] }>();
  for (const [side, each] of events.entries()) {
    const begin = Date.parse(each[0]?.at ?? '');
    for (const { key, isCompensation, spans } of timelineOf(each, Infinity)) {
      const name = `${isCompensation}|${key}`;
      const row = rows.get(name) ?? { key, isCompensation, sides: [[], []] };
      row.sides[side] = spans.map(({ start, end, ...rest }) => ({
        ...rest,
        start: start - begin,
        end: end && end - begin,
      }));
      rows.set(name, row);
    }
  }
  return [...rows.values()];
}

/** The events of a run as lines of text, so that two runs can be laid beside each other. */
export const eventLines = (events: readonly RunEvent[]): string => events.map(sayEvent).join('\n');

/** JSON as lines of text, its names in one order: what is the same reads the same. */
export const jsonLines = (value: Json): string => JSON.stringify(sorted(value), null, 2);

function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as { readonly [name: string]: Json });
  return Object.fromEntries(
    entries.map(([name, each]) => [name, sorted(each)] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** By how much the other took longer or shorter, in words. */
export const sayLonger = (ms: number): string =>
  ms === 0 ? 'as long' : `${humane(Math.abs(ms))} ${ms > 0 ? 'longer' : 'shorter'}`;
