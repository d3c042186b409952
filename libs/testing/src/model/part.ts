import type { Json } from '@orrery/domain';
import { type WrittenDefinition, type WrittenTask, attemptsOf, comesAfter } from './written.js';

/** Where a part stands. Open is what somebody is at, asleep what waits for a time or a signal, retrying for its next attempt. */
export type PartStatus =
  | 'pending'
  | 'open'
  | 'asleep'
  | 'retrying'
  | 'completed'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'compensating'
  | 'compensated';

/** A task, an item of one, or what undoes either: by its number, which is its place in the definition. */
export interface Part {
  readonly number: number;
  readonly key: string;
  readonly written: WrittenTask;
  readonly attemptsMax: number;
  /** The numbers of what it comes after, and of what comes after it. */
  readonly after: readonly number[];
  readonly before: number[];
  readonly undoneBy: number | undefined;
  readonly undoes: number | undefined;
  /** The list that it is an item of, and its place there. */
  readonly list: number | undefined;
  readonly index: number;
  status: PartStatus;
  attempt: number;
  /** How many attempts failed since the start, or since somebody retried the run. */
  failures: number;
  /** It counts as done, with this output. */
  output: { readonly value: Json } | undefined;
  /** Of a list that has begun. */
  items: readonly Json[] | undefined;
}

const NUMBERS_PER_LIST = 65_536;

/** The tasks of a definition and what undoes them: first the ones, then the others, both as they are written. */
export function partsOf({ tasks }: WrittenDefinition): Part[] {
  const keys = Object.keys(tasks);
  const undoable = keys.filter((key) => undoing(tasks[key]!) !== undefined);
  const undoneBy = (key: string) => (undoable.includes(key) ? keys.length + undoable.indexOf(key) : undefined);
  const parts = keys.map((key, number) => {
    const written = tasks[key]!;
    const after = [...comesAfter(written)].map((other) => keys.indexOf(other));
    return part({ number, key, written, after, undoneBy: undoneBy(key) });
  });
  for (const { number, after } of parts) for (const other of after) parts[other]!.before.push(number);
  const undoes = undoable.map((key) =>
    part({ number: undoneBy(key)!, key, written: undoing(tasks[key]!)!, undoes: keys.indexOf(key) }),
  );
  return [...parts, ...undoes];
}

/** What the items of a list become, and what undoes them: each list has as many numbers as there are, in two halves. */
export function itemsOf(list: Part, parts: readonly Part[]): Part[] {
  const lists = parts.filter(({ written, undoes }) => written.forEach !== undefined && undoes === undefined);
  const first = parts.length + lists.indexOf(list) * NUMBERS_PER_LIST;
  const { key, written } = list;
  const undo = undoing(written);
  return list.items!.flatMap((_, index) => {
    const number = first + index;
    const undoneBy = undo && number + NUMBERS_PER_LIST / 2;
    const item = part({ number, key: `${key}[${index}]`, written, undoneBy, list: list.number, index });
    if (undo === undefined) return [item];
    return [item, part({ number: undoneBy!, key: item.key, written: undo, undoes: number, index })];
  });
}

function undoing({ compensate }: WrittenTask): WrittenTask | undefined {
  return compensate?.type === undefined ? undefined : compensate;
}

function part(said: Pick<Part, 'number' | 'key' | 'written'> & Partial<Part>): Part {
  return {
    after: [],
    before: [],
    undoneBy: undefined,
    undoes: undefined,
    list: undefined,
    index: 0,
    attemptsMax: attemptsOf(said.written),
    status: 'pending',
    attempt: 0,
    failures: 0,
    output: undefined,
    items: undefined,
    ...said,
  };
}
