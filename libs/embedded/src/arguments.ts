import { API_LIMITS } from '@orrery/contract';
import * as the from '@orrery/contract/schemas';
import type { StreamId } from '@orrery/domain';
import { z } from 'zod';
import { checked } from './checked.js';

// What questions take, as a program says it: numbers are numbers and times may be dates, where a URL has texts.

/** A whole number within limits. */
const whole = (minimum: number, maximum: number) => z.int().min(minimum).max(maximum).optional();

/** One of some words, or several. */
const some = <Words extends z.ZodType>(word: Words) =>
  z
    .union([word, z.array(word).min(1)])
    .transform((given) => [given].flat() as z.output<Words>[])
    .optional();

const time = z
  .union([z.date(), z.string()])
  .transform((given) => (given instanceof Date ? given.toISOString() : given))
  .pipe(the.instant)
  .optional();

const page = { cursor: the.cursor.optional(), limit: whole(1, API_LIMITS.pageItemsMax) };

const labels = z
  .record(z.string(), z.union([z.string(), z.literal(true)]))
  .transform((given): string | string[] =>
    Object.entries(given).map(([name, value]) => (value === true ? name : `${name}:${value}`)),
  )
  .pipe(the.labelFilters)
  .optional();

export const definitionsPage = z.strictObject(page);
export const definitionVersion = z.object({ name: the.definitionName, version: whole(1, 999_999_999) });
export const tasksPage = z.strictObject({ ...page, status: some(the.taskStatus), type: the.taskType.optional() });
export const workflowsPage = z.strictObject({
  ...page,
  status: some(the.workflowStatus),
  definition: the.definitionName.optional(),
  labels,
  q: the.search.optional(),
  startedAfter: time,
  startedBefore: time,
  endedBefore: time,
  include: z.literal('waitingFor').optional(),
});
const runId = z.strictObject({ id: the.workflowId });
export const runPart = z.strictObject({
  atVersion: whole(1, 1_000_000_000),
  tasksCursor: z
    .string()
    .regex(/^\d{1,7}$/, 'must be `tasksCursor` of the page before')
    .transform(Number)
    .optional(),
  payloads: z.boolean().optional(),
});
export const manyStarts = z.strictObject({ items: z.array(the.json).min(1).max(API_LIMITS.batchItems) });
export const question = z.strictObject({
  after: whole(0, 1_000_000_000),
  limit: whole(1, API_LIMITS.eventsPerPageMax),
  waitMs: whole(0, API_LIMITS.waitMs),
});

/** The page that a list is asked for. */
export function pageOf({
  cursor,
  limit = API_LIMITS.pageItems,
}: {
  readonly cursor?: string;
  readonly limit?: number;
}) {
  return { page: { cursor, limit } };
}

/** A run's id as it was given. */
export function idOf(given: string): StreamId {
  return checked('path', runId, { id: given }).id;
}
