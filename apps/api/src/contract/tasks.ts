import { API_LIMITS, completed, failed, leased, leaseToken, results } from '@orrery/contract';
import * as the from '@orrery/contract/schemas';
import { z } from 'zod';
import { route } from './route.js';

const id = z.strictObject({ id: the.taskId });
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
