import type {
  DeadLetterSummary,
  DefinitionSummary,
  Page,
  PageRequest,
  RunSummary,
  TaskSummary,
} from '@orrery/application';
import { Invalid, parseStreamId } from '@orrery/domain';
import { storableText } from './storable.js';

const LIMIT_MAX = 100;

/** What a list is sorted by, newest first, and where a page of it ends. */
export type Key = readonly [at: number, ...rest: (string | number)[]];

/** A list that is read in pages. */
export interface Listed<Item> {
  /** In its cursors, so that they are not taken for another list's. */
  readonly name: string;
  readonly keyOf: (item: Item) => Key;
  /** What each value of a key must be. */
  readonly holds: readonly ((value: unknown) => boolean)[];
  /** Before every key that there is; from the second value on, after every one of the same time. */
  readonly start: Key;
}

const isTime = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isId = (value: unknown) => typeof value === 'string' && parseStreamId(value) === value;
const isOrdinal = (value: unknown) => isTime(value) && (value as number) < 2 ** 31;
const isText = (value: unknown) => typeof value === 'string' && storableText(value) === value;
const LEAST_ID = '00000000-0000-0000-0000-000000000000';

export const RUNS: Listed<RunSummary> = {
  name: 'runs',
  keyOf: ({ startedAt, id }) => [startedAt, id],
  holds: [isTime, isId],
  start: [Infinity, LEAST_ID],
};
export const TASKS: Listed<TaskSummary> = {
  name: 'tasks',
  keyOf: ({ since, workflow, ordinal }) => [since, workflow, ordinal],
  holds: [isTime, isId, isOrdinal],
  start: [Infinity, LEAST_ID, 0],
};
export const DEFINITIONS: Listed<DefinitionSummary> = {
  name: 'definitions',
  keyOf: ({ registeredAt, name }) => [registeredAt, name],
  holds: [isTime, isText],
  start: [Infinity, ''],
};
export const DEAD_LETTERS: Listed<DeadLetterSummary> = {
  name: 'dead-letters',
  keyOf: ({ recordedAt, id }) => [recordedAt, id],
  holds: [isTime, isId],
  start: [Infinity, LEAST_ID],
};

/** How many items a page is to have. */
export function limitOf({ limit }: PageRequest): number {
  return Math.min(Math.max(Math.trunc(limit), 1), LIMIT_MAX);
}

/**
 * The key after which a page begins, of items before a time. Throws `Invalid` for a cursor that no page of this list
 * gave.
 */
export function startOf<Item>(list: Listed<Item>, { cursor }: PageRequest, before = Infinity): Key {
  const key = cursor === undefined ? list.start : keyOf(list, cursor);
  return key[0] < before ? key : [before, ...list.start.slice(1)];
}

function keyOf<Item>({ name, holds }: Listed<Item>, cursor: string): Key {
  const [list, ...key] = parse(cursor);
  if (list === name && key.length === holds.length && holds.every((holdsValue, index) => holdsValue(key[index]))) {
    return key as unknown as Key;
  }
  throw new Invalid('cursor.invalid', 'This cursor is none that a page of this list gave.');
}

function parse(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** A page of what was read for it: one item more than it holds, if there are more. */
export function pageOf<Item>(
  list: Listed<Item>,
  request: PageRequest,
  read: readonly Item[],
  checkpoints: Page<Item>['checkpoints'],
): Page<Item> {
  const items = read.slice(0, limitOf(request));
  const last = read.length > items.length ? items.at(-1) : undefined;
  return { items, nextCursor: last ? cursorAfter(list, last) : null, checkpoints };
}

/** One page of those of several databases, all of which begin after the same key. */
export function mergedPage<Item>(
  list: Listed<Item>,
  request: PageRequest,
  pages: readonly Page<Item>[],
  checkpoints: Page<Item>['checkpoints'],
): Page<Item> {
  const items = pages.flatMap((page) => page.items).sort((a, b) => compareKeys(list.keyOf(b), list.keyOf(a)));
  const kept = items.slice(0, limitOf(request));
  const isMore = items.length > kept.length || pages.some(({ nextCursor }) => nextCursor !== null);
  const last = isMore ? kept.at(-1) : undefined;
  return { items: kept, nextCursor: last ? cursorAfter(list, last) : null, checkpoints };
}

/** As the database sorts them: ids in lower case by their characters as by their bytes. */
function compareKeys(a: Key, b: Key): number {
  for (const [index, value] of a.entries()) {
    if (value !== b[index]) return value < b[index]! ? -1 : 1;
  }
  return 0;
}

/** The cursor after which a list goes on from this item. */
export function cursorAfter<Item>({ name, keyOf }: Listed<Item>, item: Item): string {
  return cursorOf(name, keyOf(item));
}

function cursorOf(list: string, key: Key): string {
  return Buffer.from(JSON.stringify([list, ...key])).toString('base64url');
}
