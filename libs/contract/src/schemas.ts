import {
  LABELS_WANTED,
  type Labels,
  type TaskStatus,
  TASK_TRANSITIONS,
  UPCASTERS,
  WORKFLOW_TRANSITIONS,
} from '@orrery/domain';
import { DEAD_LETTER_TRANSITIONS, type DeadLetterStatus } from '@orrery/domain';
import { type Json, type JsonObject, isLabels } from '@orrery/domain';
import { parseDuration, parseInstant, parseStreamId, parseTaskId, type StreamId, type TaskId } from '@orrery/domain';
import type { WorkflowStatus } from '@orrery/domain';
import { z } from 'zod';
import { API_LIMITS } from './api-limits.js';

// What is written as a text and means something else says so by `as`: the JSON Schema that stands for it.

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Any JSON, null too, but it must be there. Its depth and size are checked where the body is read. */
export const json = z.custom<Json>((value) => value !== undefined, 'is missing').meta({ as: {} });
export const jsonObject = z.custom<JsonObject>(isObject, 'must be an object').meta({ as: { type: 'object' } });

const UUID = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;

/** A run's id: a UUID. It is answered in lower case. */
export const workflowId = z
  .string()
  .regex(UUID, 'must be a UUID')
  .transform((text): StreamId => parseStreamId(text)!)
  .describe('A UUID.');

/** A task's id for everyone outside its run. */
export const taskId = z
  .string()
  .regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}~(0|[1-9][0-9]{0,9})$/, 'must be a task id')
  .transform((text) => ({ id: text.toLowerCase() as TaskId, ...parseTaskId(text)! }))
  .describe('`<workflow id>~<ordinal>`');

export const definitionName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/, 'must be the name of a definition');

export const signalName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/, 'must be the name of a signal');

/** A whole number in a query: there everything is a text. */
export const number = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^[0-9]{1,15}$/, `must be a whole number from ${minimum} to ${maximum}`)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, `must be a whole number from ${minimum} to ${maximum}`)
    .meta({ as: { type: 'integer', minimum, maximum } });

export const flag = z
  .enum(['true', 'false'], 'must be true or false')
  .transform((text) => text === 'true')
  .meta({ as: { type: 'boolean' } });

/** A moment: RFC 3339, with its zone. */
export const instant = z
  .string()
  .transform((text, context): number => {
    const at = parseInstant(text);
    if (at !== undefined) return at;
    context.addIssue({ code: 'custom', message: 'must be a time like 2030-01-31T12:00:00Z' });
    return z.NEVER;
  })
  .meta({ as: { type: 'string', format: 'date-time' } });

/** A duration: `30s`, `1h30m`, or ISO 8601. Read as milliseconds. */
export const duration = z
  .string()
  .transform((text, context): number => {
    const ms = parseDuration(text);
    if (ms !== undefined) return ms;
    context.addIssue({ code: 'custom', message: 'must be a duration like 30s or PT30S' });
    return z.NEVER;
  })
  .meta({
    as: {
      type: 'string',
      pattern: '^([0-9]{1,4}d|[0-9]{1,5}h|[0-9]{1,6}(m|s|ms)|PT([0-9]{1,5}H|[0-9]{1,6}[MS]))$',
      examples: ['30s', 'PT30S'],
    },
  });

/** Several of these words, with commas between, or each in a parameter of its own. */
const someOf = <const Word extends string>(words: readonly Word[]) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((texts, context): readonly Word[] => {
      const given = [texts].flat().flatMap((text) => text.split(',')) as Word[];
      if (given.every((word) => words.includes(word))) return given;
      context.addIssue({ code: 'custom', message: `must be some of ${words.join(', ')}, with commas between` });
      return z.NEVER;
    })
    .meta({ as: { type: 'array', minItems: 1, items: { type: 'string', enum: [...words] } } });

const WORKFLOW_STATUSES = Object.keys(WORKFLOW_TRANSITIONS) as [WorkflowStatus, ...WorkflowStatus[]];
const TASK_STATUSES = Object.keys(TASK_TRANSITIONS) as [TaskStatus, ...TaskStatus[]];
const DEAD_LETTER_STATUSES = Object.keys(DEAD_LETTER_TRANSITIONS) as [DeadLetterStatus, ...DeadLetterStatus[]];
export const workflowStatus = z.enum(WORKFLOW_STATUSES);
export const taskStatus = z.enum(TASK_STATUSES);
export const deadLetterStatus = z.enum(DEAD_LETTER_STATUSES);
export const someWorkflowStatuses = someOf(WORKFLOW_STATUSES);
export const someTaskStatuses = someOf(TASK_STATUSES);
export const someDeadLetterStatuses = someOf(DEAD_LETTER_STATUSES);
export const someEventTypes = someOf(Object.keys(UPCASTERS));

export const cursor = z.string().min(1).max(1_024).describe('`nextCursor` of the page before.');
/** How a list is paged. */
export const paging = {
  cursor: cursor.optional(),
  limit: number(1, API_LIMITS.pageItemsMax).optional(),
};
export const waitMs = number(0, API_LIMITS.waitMs)
  .optional()
  .describe('How long to wait for something to answer, in milliseconds.');

const { labelCharacters } = API_LIMITS;
export const labels = z
  .custom<Labels>((value) => isLabels(value as Json), { message: `must be ${LABELS_WANTED}` })
  .meta({
    as: {
      type: 'object',
      maxProperties: API_LIMITS.labels,
      propertyNames: { pattern: '^[A-Za-z0-9_./-]{1,128}$' },
      additionalProperties: { type: 'string', pattern: `^[^\\u0000-\\u001f\\u007f]{0,${labelCharacters}}$` },
    },
  });

/**
 * What a label must be: `team:sky`, or with any value, `team`; `team=sky`, as the command line has it, says the same. No
 * name holds either sign. More than one may be asked for; a run has them all.
 */
const labelPattern = `^[A-Za-z0-9_./-]{1,128}([:=][^\\u0000-\\u001f\\u007f]{0,${labelCharacters}})?$`;
const labelFilter = z.string().regex(new RegExp(labelPattern), 'must be a label like team:sky, or its name alone');
export const labelFilters = z
  .union([labelFilter, z.array(labelFilter).max(API_LIMITS.labels)])
  .transform((texts) => [texts].flat().map(labelOf))
  .meta({
    as: {
      type: 'array',
      repeated: true,
      maxItems: API_LIMITS.labels,
      items: { type: 'string', pattern: labelPattern },
    },
  });

function labelOf(text: string): { readonly name: string; readonly value?: string } {
  const sign = text.search(/[:=]/);
  return sign < 0 ? { name: text } : { name: text.slice(0, sign), value: text.slice(sign + 1) };
}

/** What is searched for. */
export const search = z.string().min(1).max(API_LIMITS.searchCharacters);

/** What makes a write repeatable. */
export const idempotencyKey = z
  .string()
  .regex(
    new RegExp(`^[\\x21-\\x7e]{1,${API_LIMITS.idempotencyKeyCharacters}}$`),
    'must be characters that can be seen',
  );

/** The name of a worker, or of a task type, as a request may say it. */
export const workerId = z
  .string()
  .regex(/^[A-Za-z0-9_.:@~/+-]{1,128}$/, 'must be 1 to 128 letters, digits and _.:@~/+-');
export const taskType = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/, 'must be the name of a task type');
export const someTaskTypes = z
  .array(taskType)
  .min(1)
  .max(API_LIMITS.workerTypes)
  .describe('The task types that the worker takes.');

// What is answered.

export const time = z.string().meta({ as: { type: 'string', format: 'date-time' } });
export const position = z.string().describe('Opaque. Send it as `Orrery-Position` to read what was written.');
export const failure = z
  .object({ code: z.string(), message: z.string(), details: z.unknown().optional() })
  .meta({ id: 'Failure' });

/** A list, newest first. */
export const listOf = <Item extends z.ZodType>(item: Item, more: z.ZodRawShape = {}) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe('Where the next page begins; null if this is the last.'),
    position: z
      .string()
      .nullable()
      .describe('The position that the list has reached; null for what does not follow the log.'),
    ...more,
  });

export const fault = z
  .object({
    code: z.string(),
    message: z.string(),
    in: z.enum(['body', 'query', 'path', 'header']),
    pointer: z.string().describe('A JSON pointer (RFC 6901).'),
    severity: z.enum(['error', 'warning']),
    hint: z.string().optional(),
    line: z.int().optional(),
    column: z.int().optional(),
  })
  .meta({ id: 'Fault' });

/** RFC 9457, and what the contract adds to it. */
export const problem = z
  .object({
    type: z.string().describe('Where the problem is explained.'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    requestId: z.string(),
    code: z.string().describe('Which refusal it is: `task.lease-lost`.'),
    retryable: z.boolean().describe('Whether the same request may do better later.'),
    error: z.object({
      code: z.string().describe('The class of the refusal: `VALIDATION_ERROR`.'),
      name: z.string(),
      message: z.string(),
      details: z.record(z.string(), z.unknown()),
      requestId: z.string(),
    }),
    errors: z.array(fault).optional(),
  })
  .meta({ id: 'Problem' });
