import { z } from 'zod';
import { API_LIMITS } from './api-limits.js';
import { route } from './route.js';
import * as the from './schemas.js';

const id = z.strictObject({ id: the.workflowId });

const start = z.strictObject({
  definition: z
    .union([z.string().min(1).max(140), the.jsonObject])
    .describe('A name, `name@version`, or a whole definition.'),
  id: the.workflowId.optional(),
  input: the.json.optional(),
  labels: the.labels.optional(),
  priority: z.int().min(0).max(9).optional(),
});

const definition = z
  .object({
    name: z.string(),
    version: z.int().nullable().describe('Null for one that came with the start.'),
    hash: z.string(),
  })
  .meta({ id: 'DefinitionReference' });

const started = z
  .object({ id: z.string(), status: the.workflowStatus, definition, position: the.position })
  .meta({ id: 'WorkflowStarted' });

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
};

const task = z
  .object({
    ...attempt,
    dependsOn: z.array(z.string()),
    output: the.json,
    outputOmitted: z.literal(true).optional().describe('The output is large: ask for it with `payloads=true`.'),
    compensation: z.object(attempt).meta({ id: 'Compensation' }).nullable().describe('What undoes it.'),
  })
  .meta({ id: 'Task' });

const workflow = z
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
    labels: z.record(z.string(), z.string()),
    priority: z.int(),
    startedAt: the.time,
    endedAt: the.time.nullable(),
    version: z.int(),
    position: the.position,
    tasks: z.array(task),
    tasksCursor: z.string().nullable().describe('Where the next page of tasks begins.'),
  })
  .meta({ id: 'Workflow' });

const summary = z
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
  })
  .meta({ id: 'WorkflowSummary' });

const counts = z.record(the.workflowStatus, z.int()).describe('How many runs the filter lets through, by status.');

const result = z
  .object({
    id: z.string(),
    status: the.workflowStatus,
    ended: z.boolean(),
    output: the.json,
    error: the.failure.nullable(),
    version: z.int(),
  })
  .meta({ id: 'WorkflowResult' });

const event = z
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

const sent = z.object({ id: z.string(), changed: z.boolean(), position: the.position }).meta({ id: 'CommandAnswer' });
const tried = z
  .object({ events: z.array(z.object({ type: z.string(), data: the.jsonObject })) })
  .meta({ id: 'DryRun' });

/** A command to a run: what all four have in common. */
const command = {
  tag: 'workflows',
  method: 'POST',
  params: id,
  query: z.strictObject({ dryRun: the.flag.optional() }),
  writes: true,
  guarded: true,
  answers: {
    202: { description: 'It was decided, and is under way', body: sent },
    200: {
      description: 'Nothing changed: it was so before. With `dryRun`, the events that would follow',
      body: z.union([sent, tried]),
    },
  },
} as const;
const empty = z.strictObject({}).optional();
const commandRefuses = [
  'workflow.not-found',
  'workflow.deleted',
  'workflow.ended',
  'version.mismatch',
  'key.reused',
] as const;

export const workflowRoutes = {
  start: route({
    id: 'startWorkflow',
    tag: 'workflows',
    method: 'POST',
    path: '/workflows',
    alias: '/workflows/',
    summary: 'Start a run',
    description: 'With an id or an `Idempotency-Key` it may be sent again: it starts once.',
    body: start,
    writes: true,
    answers: {
      201: { description: 'It started', body: started },
      200: { description: 'It was started before, by the same request', body: started },
    },
    refuses: [
      'definition.not-found',
      'definition.invalid',
      'input.invalid',
      'input.too-large',
      'request.id-and-key',
      'key.reused',
      'workflow.deleted',
    ],
  }),
  list: route({
    id: 'listWorkflows',
    tag: 'workflows',
    method: 'GET',
    path: '/workflows',
    summary: 'List runs, and count them by status',
    query: z.strictObject({
      status: the.someWorkflowStatuses.optional(),
      definition: the.definitionName.optional(),
      startedAfter: the.instant.optional(),
      startedBefore: the.instant.optional(),
      ...the.paging,
    }),
    atLeast: true,
    answers: { 200: { description: 'A page, newest first', body: the.listOf(summary, { counts }) } },
    refuses: ['cursor.invalid'],
  }),
  get: route({
    id: 'getWorkflow',
    tag: 'workflows',
    method: 'GET',
    path: '/workflows/{id}',
    summary: 'Read a run, with its tasks',
    params: id,
    query: z.strictObject({
      atVersion: the.number(1, 1_000_000_000).optional().describe('As it was after so many events.'),
      tasksCursor: the.number(0, 1_000_000).optional(),
      payloads: the.flag.optional().describe('Give inputs and outputs whole, however large.'),
    }),
    atLeast: true,
    answers: { 200: { description: 'The run', body: workflow } },
    refuses: ['workflow.not-found', 'workflow.deleted', 'version.not-reached'],
  }),
  result: route({
    id: 'getWorkflowResult',
    tag: 'workflows',
    method: 'GET',
    path: '/workflows/{id}/result',
    summary: 'Wait for the end of a run',
    params: id,
    query: z.strictObject({ waitMs: the.waitMs }),
    atLeast: true,
    quiet: true,
    answers: { 200: { description: 'How it ended; while it has not, `ended` is false', body: result } },
    refuses: ['workflow.not-found', 'workflow.deleted'],
  }),
  events: route({
    id: 'getWorkflowEvents',
    tag: 'workflows',
    method: 'GET',
    path: '/workflows/{id}/events',
    summary: 'Read the events of a run, oldest first, or wait for more',
    params: id,
    query: z.strictObject({
      after: the.number(0, 1_000_000_000).optional().describe('A version; 0 is the start.'),
      limit: the.number(1, API_LIMITS.eventsPerPageMax).optional(),
      waitMs: the.waitMs,
    }),
    atLeast: true,
    quiet: true,
    answers: { 200: { description: 'Its events; `nextCursor` is the next `after`', body: the.listOf(event) } },
    refuses: ['workflow.not-found', 'workflow.deleted'],
  }),
  cancel: route({
    ...command,
    id: 'cancelWorkflow',
    path: '/workflows/{id}/cancel',
    summary: 'Cancel a run, and undo what it did',
    body: z
      .strictObject({
        reason: z.string().min(1).max(1_000).optional(),
        compensate: z.boolean().optional().describe('False: what was done stays done.'),
      })
      .optional(),
    refuses: [...commandRefuses, 'workflow.stopping'],
  }),
  pause: route({
    ...command,
    id: 'pauseWorkflow',
    path: '/workflows/{id}/pause',
    summary: 'Pause a run: nothing new starts, its timers stand still',
    body: empty,
    refuses: commandRefuses,
  }),
  resume: route({
    ...command,
    id: 'resumeWorkflow',
    path: '/workflows/{id}/resume',
    summary: 'Let a paused run go on',
    body: empty,
    refuses: commandRefuses,
  }),
  retry: route({
    ...command,
    id: 'retryWorkflow',
    path: '/workflows/{id}/retry',
    summary: 'Set a failed run going again',
    body: empty,
    refuses: [...commandRefuses, 'workflow.not-failed'],
  }),
};
