import { API_LIMITS, cancelBody, start } from '@orrery/contract';
import * as the from '@orrery/contract/schemas';
import type { Json } from '@orrery/domain';
import { z } from 'zod';
import { route } from './route.js';
import { refusal } from './tasks.js';
import { batchStarted, counts, event, result, sent, started, summary, tried, workflow } from './workflow-answers.js';

const id = z.strictObject({ id: the.workflowId });

const startBody = start.meta({ id: 'WorkflowStart' });

/** What every command takes. */
const trying = z.strictObject({
  dryRun: the.flag.optional().describe('Tell which events would follow, and do nothing.'),
});

const refused = z.object({ problem: refusal });

const batch = z.strictObject({
  items: z
    .array(z.custom<Json>().meta({ as: { $ref: '#/components/schemas/WorkflowStart' } }))
    .min(1)
    .max(API_LIMITS.batchItems),
});

/** A command to a run: what all of them have in common. */
const command = {
  tag: 'workflows',
  method: 'POST',
  params: id,
  query: trying,
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
    query: trying,
    body: startBody,
    writes: true,
    answers: {
      201: { description: 'It started', body: started },
      200: {
        description: 'It was started before, by the same request. With `dryRun`, the events that would follow',
        body: z.union([started, tried]),
      },
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
  startMany: route({
    id: 'startWorkflows',
    tag: 'workflows',
    method: 'POST',
    path: '/workflows/batch',
    summary: 'Start many runs',
    description:
      'As a rule they start in one commit. What is wrong with one hinders none of the others: it is its answer. ' +
      'With an `Idempotency-Key` the whole may be sent again: each item is known by the key and its place.',
    query: trying,
    body: batch,
    bodyLimit: 'batchBodyBytes',
    writes: true,
    answers: {
      200: {
        description:
          'An answer for each, in the same order; the position covers all that started. With `dryRun`, the events that would follow each',
        body: z.union([
          z.object({ items: z.array(z.union([batchStarted, refused])), position: the.position.nullable() }),
          z.object({ items: z.array(z.union([tried, refused])), position: z.null() }),
        ]),
      },
    },
    refuses: ['key.reused'],
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
      endedBefore: the.instant.optional(),
      label: the.labelFilters
        .optional()
        .describe('`team:sky`, or `team` with any value. Given again, a run has all of them.'),
      q: the.search
        .optional()
        .describe(
          'Words. Each begins a word of the name of the definition, of a label, or of the error; or all of it is how the id begins.',
        ),
      include: z
        .enum(['waitingFor'])
        .optional()
        .describe(
          'Say of each why it does not go on. The runs are read for it, and may be newer than the rest of the page.',
        ),
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
    body: cancelBody.optional(),
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
  signal: route({
    ...command,
    id: 'signalWorkflow',
    path: '/workflows/{id}/signals/{name}',
    summary: 'Send a signal to a run',
    description:
      'A task that waits for a signal of this name takes it; one that comes early is kept. The body is its payload. Send an `Idempotency-Key` to send it once.',
    params: z.strictObject({ id: the.workflowId, name: the.signalName }),
    body: the.json.optional(),
    refuses: [
      ...commandRefuses,
      'signal.not-found',
      'signal.invalid',
      'signal.too-large',
      'signal.too-many',
      'workflow.history-too-long',
    ],
  }),
  retry: route({
    ...command,
    id: 'retryWorkflow',
    path: '/workflows/{id}/retry',
    summary: 'Set a failed run going again',
    body: empty,
    refuses: [...commandRefuses, 'workflow.not-failed'],
  }),
  delete: route({
    id: 'deleteWorkflow',
    tag: 'workflows',
    method: 'DELETE',
    path: '/workflows/{id}',
    summary: 'Delete a run that has ended',
    description:
      'From then on it is gone for everybody: 410. Its events are removed when the feed window is over; its id never begins another run.',
    params: id,
    query: trying,
    writes: true,
    guarded: true,
    answers: {
      202: { description: 'It is deleted; what is left of it goes in time', body: sent },
      200: {
        description: 'It was deleted before. With `dryRun`, the events that would follow',
        body: z.union([sent, tried]),
      },
    },
    refuses: ['workflow.not-found', 'workflow.not-ended', 'version.mismatch', 'key.reused'],
  }),
};
