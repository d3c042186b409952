import { API_LIMITS } from '@orrery/contract';
import * as the from '@orrery/contract/schemas';
import { z } from 'zod';
import { route } from './route.js';

const id = z.strictObject({ id: the.taskId });
const leaseToken = z.string().min(1).max(64).describe('Proof of holding the attempt: it came with the task.');

const error = z
  .strictObject({
    message: z.string().max(API_LIMITS.errorCharacters),
    code: z
      .string()
      .regex(/^[A-Za-z0-9_.:/-]{1,128}$/, 'must be 1 to 128 letters, digits and _.:/-')
      .optional(),
    details: the.json.optional(),
    retryable: z.boolean().optional().describe('False: the task has failed for good.'),
    retryAfter: the.duration.optional().describe('No attempt before so long from now.'),
  })
  .meta({ id: 'ReportedError' });

const startedAt = the.instant.optional().describe('When the work began, if not when the task was handed out.');
const completed = z.strictObject({ leaseToken, output: the.json, startedAt });
const failed = z.strictObject({ leaseToken, error, startedAt });
/** What a worker says of one of many attempts. */
export const result = z.union([
  z.strictObject({ id: the.taskId, ...completed.shape }),
  z.strictObject({ id: the.taskId, ...failed.shape }),
]);
export const results = z.array(result).min(1).max(API_LIMITS.resultsPerRequest);
export const heldAttempt = z.strictObject({ id: the.taskId, leaseToken });

/** A task in a worker's hands. */
export const leased = z
  .object({
    id: z.string(),
    workflowId: z.string(),
    key: z.string().describe("The task's key in its definition."),
    type: z.string(),
    attempt: z.int(),
    maxAttempts: z.int(),
    compensation: z.boolean().describe('Whether this undoes a task rather than does it.'),
    input: the.json,
    deadline: the.time.nullable().describe('When the attempt must have ended.'),
    heartbeatMs: z.int().nullable().describe('How often a heartbeat is wanted at least.'),
    leaseToken: z.string(),
    idempotencyKey: z.string().describe('The same for every attempt.'),
    trace: z.string().nullable().describe('W3C trace context of the run.'),
  })
  .meta({ id: 'LeasedTask' });

const recorded = z.object({ id: z.string(), position: the.position });
/** Why one of many was refused. */
export const refusal = z
  .object({
    status: z.int(),
    code: z.string(),
    title: z.string(),
    detail: z.string(),
    retryable: z.boolean(),
    errors: z.array(the.fault).optional(),
  })
  .meta({ id: 'Refusal' });

const listed = z
  .object({
    id: z.string(),
    workflowId: z.string(),
    key: z.string(),
    type: z.string(),
    status: the.taskStatus,
    attempt: z.int(),
    priority: z.int(),
    since: the.time.describe('When the attempt was queued, or its wait began.'),
    nextAttemptAt: the.time.nullable(),
    worker: z.string().nullable(),
    error: the.failure.nullable(),
  })
  .meta({ id: 'OpenTask' });

const beaten = z.object({
  id: z.string(),
  leaseMs: z.int(),
  cancelled: z.boolean().describe('Its run was stopped: the attempt may end now, in whatever way'),
});

export const taskRoutes = {
  list: route({
    id: 'listTasks',
    tag: 'tasks',
    method: 'GET',
    path: '/tasks',
    summary: 'List open and failed tasks of all runs',
    description: 'Tasks that ended are in their run.',
    query: z.strictObject({ status: the.someTaskStatuses.optional(), type: the.taskType.optional(), ...the.paging }),
    atLeast: true,
    answers: { 200: { description: 'A page, newest first', body: the.listOf(listed) } },
    refuses: ['cursor.invalid'],
  }),
  poll: route({
    id: 'pollTasks',
    tag: 'tasks',
    method: 'POST',
    path: '/tasks/poll',
    summary: 'Take tasks, or wait for some',
    description: 'Each comes with a lease of 15 s, which a heartbeat renews.',
    body: z.strictObject({
      workerId: the.workerId,
      types: the.someTaskTypes,
      max: z.int().min(1).max(API_LIMITS.pollTasks).optional().describe('How many at most; 1 if it is not said.'),
      waitMs: z.int().min(0).max(API_LIMITS.waitMs).optional(),
    }),
    quiet: true,
    answers: { 200: { description: 'Tasks; none if the wait was over', body: z.object({ tasks: z.array(leased) }) } },
    refuses: [],
  }),
  results: route({
    id: 'reportResults',
    tag: 'tasks',
    method: 'POST',
    path: '/tasks/results',
    summary: 'Report many attempts at once',
    body: z.strictObject({ results }),
    quiet: true,
    answers: {
      200: {
        description: 'An answer for each, in the same order',
        body: z.object({
          results: z.array(
            z.union([
              z.object({ id: z.string(), recorded: z.literal(true), position: the.position }),
              z.object({ id: z.string(), recorded: z.literal(false), problem: refusal }),
            ]),
          ),
        }),
      },
    },
    refuses: [],
  }),
  complete: route({
    id: 'completeTask',
    tag: 'tasks',
    method: 'POST',
    path: '/tasks/{id}/complete',
    summary: 'Report that an attempt did its work',
    params: id,
    body: completed,
    writes: true,
    quiet: true,
    answers: { 200: { description: 'It is recorded', body: recorded } },
    refuses: ['task.lease-lost', 'task.not-found', 'workflow.not-found'],
  }),
  fail: route({
    id: 'failTask',
    tag: 'tasks',
    method: 'POST',
    path: '/tasks/{id}/fail',
    summary: 'Report that an attempt failed',
    params: id,
    body: failed,
    writes: true,
    quiet: true,
    answers: { 200: { description: 'It is recorded', body: recorded } },
    refuses: ['task.lease-lost', 'task.not-found', 'workflow.not-found', 'error.too-large'],
  }),
  heartbeat: route({
    id: 'heartbeatTask',
    tag: 'tasks',
    method: 'POST',
    path: '/tasks/{id}/heartbeat',
    summary: 'Say that an attempt is alive',
    params: id,
    body: z.strictObject({ leaseToken, progress: the.json.optional() }),
    quiet: true,
    answers: { 200: { description: 'The lease runs anew', body: beaten } },
    refuses: ['task.lease-lost'],
  }),
};
