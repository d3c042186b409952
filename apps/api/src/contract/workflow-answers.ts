import * as the from '@orrery/contract/schemas';
import { z } from 'zod';

const definition = z
  .object({
    name: z.string(),
    version: z.int().nullable().describe('Null for one that came with the start.'),
    hash: z.string(),
  })
  .meta({ id: 'DefinitionReference' });

export const started = z
  .object({ id: z.string(), status: the.workflowStatus, definition, position: the.position })
  .meta({ id: 'WorkflowStarted' });

/** The same of one of many: whether this request started it, and no position of its own. */
export const batchStarted = z
  .object({ id: z.string(), status: the.workflowStatus, definition, created: z.boolean() })
  .meta({ id: 'BatchStarted' });

const attempt = {
  id: z.string(),
  key: z.string(),
  type: z.string(),
  status: the.taskStatus,
  attempt: z.int(),
  maxAttempts: z.int(),
  waitingFor: z.string().nullable().describe('Why it does not go on by itself just now, in a sentence.'),
  queuedAt: the.time.nullable(),
  startedAt: the.time.nullable(),
  endedAt: the.time.nullable(),
  error: the.failure.nullable(),
  nextAttemptAt: the.time.nullable(),
  worker: z.string().nullable(),
  childId: z.string().nullable().describe('The run that its last attempt is, for a task of type `workflow`.'),
};

const task = z
  .object({
    ...attempt,
    dependsOn: z.array(z.string()),
    output: the.json,
    outputOmitted: z.literal(true).optional().describe('The output is large: ask for it with `payloads=true`.'),
    items: z
      .object({ total: z.int(), ended: z.int() })
      .nullable()
      .describe('For a task with a `forEach`. The tasks that its items became come after those of the definition.'),
    compensation: z.object(attempt).meta({ id: 'Compensation' }).nullable().describe('What undoes it.'),
  })
  .meta({ id: 'Task' });

export const workflow = z
  .object({
    id: z.string(),
    definition,
    status: the.workflowStatus,
    waitingFor: z.string().nullable().describe('Why it does not go on by itself just now, in a sentence.'),
    input: the.json,
    inputOmitted: z.literal(true).optional(),
    output: the.json,
    outputOmitted: z.literal(true).optional(),
    error: the.failure.nullable(),
    notUndone: z
      .array(z.string())
      .describe('The keys of tasks that were to be undone and are not, because a compensation failed for good.'),
    warning: z.string().nullable().describe('What will be trouble, if nothing changes: a history that grows long.'),
    labels: z.record(z.string(), z.string()),
    priority: z.int(),
    parent: z
      .object({ id: z.string(), taskId: z.string(), attempt: z.int() })
      .nullable()
      .describe('The attempt of another run that this one is.'),
    startedAt: the.time,
    endedAt: the.time.nullable(),
    version: z.int(),
    position: the.position,
    tasks: z.array(task),
    tasksCursor: z.string().nullable().describe('Where the next page of tasks begins.'),
  })
  .meta({ id: 'Workflow' });

export const summary = z
  .object({
    id: z.string(),
    definition: z.object({ name: z.string(), version: z.int().nullable() }),
    status: the.workflowStatus,
    labels: z.record(z.string(), z.string()),
    priority: z.int(),
    startedAt: the.time,
    endedAt: the.time.nullable(),
    version: z.int(),
    tasks: z.object({ total: z.int(), ended: z.int() }),
    error: the.failure.nullable(),
    waitingFor: z
      .string()
      .nullable()
      .optional()
      .describe('With `include=waitingFor`: why it does not go on by itself just now, in a sentence.'),
  })
  .meta({ id: 'WorkflowSummary' });

export const counts = z
  .record(the.workflowStatus, z.int())
  .describe('How many runs the filter lets through, by status.');

export const result = z
  .object({
    id: z.string(),
    status: the.workflowStatus,
    ended: z.boolean(),
    output: the.json,
    error: the.failure.nullable(),
    version: z.int(),
  })
  .meta({ id: 'WorkflowResult' });

export const event = z
  .object({
    version: z.int(),
    position: the.position,
    type: z.string(),
    at: the.time,
    actor: z.string(),
    causationId: z.string().nullable(),
    correlationId: z.string(),
    data: the.jsonObject,
  })
  .meta({ id: 'Event' });

export const sent = z
  .object({ id: z.string(), changed: z.boolean(), position: the.position })
  .meta({ id: 'CommandAnswer' });
export const tried = z
  .object({ events: z.array(z.object({ type: z.string(), data: the.jsonObject })) })
  .meta({ id: 'DryRun' });
