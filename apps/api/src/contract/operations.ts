import * as the from '@orrery/contract/schemas';
import { z } from 'zod';
import { route } from './route.js';

const state = z.enum(['ok', 'degraded', 'unhealthy']);
const check = z.object({
  status: state,
  reason: z.string().optional(),
  lag_seconds: z.number().optional().describe('How far a replica is behind.'),
});

const probe = z.object({ status: state, checks: z.record(z.string(), check).optional() });

const health = z
  .object({
    status: state,
    timestamp: the.time,
    version: z.string(),
    checks: z.object({ version: z.string(), database: check }).catchall(z.unknown()),
    components: z.object({ database: state, lock_manager: state, monitor: state, security: state }),
    metrics: z.object({
      uptime_seconds: z.number(),
      total_requests: z.int(),
      active_tasks: z.int().describe('Attempts in the hands of workers.'),
      active_locks: z.int().describe('Partitions that this process owns.'),
    }),
  })
  .meta({ id: 'Health' });

const worker = z.object({
  id: z.string(),
  types: z.array(z.string()),
  transport: z.enum(['poll', 'stream', 'amqp', 'inside']).describe('`inside`: it lives in the process of the server.'),
  slots: z.int(),
  busy: z.int().describe('How many attempts it holds.'),
  lastSeenAt: the.time,
});

const queue = z.object({
  type: z.string(),
  waiting: z.int(),
  oldestAt: the.time.nullable().describe('When what waits longest was queued.'),
  held: z.int().describe('Attempts in the hands of workers.'),
  workers: z.int().describe('Workers of this type that were seen within a lease.'),
});

const explained = z.object({
  code: z.string(),
  status: z.int(),
  title: z.string(),
  meaning: z.string(),
  error: z.object({ code: z.string(), name: z.string() }),
});

/** A probe: served at the root as well, and asked often. */
const probing = { tag: 'operations', method: 'GET', quiet: true, atRoot: true, refuses: [] } as const;
const verbose = z.strictObject({ verbose: z.enum(['', 'true', 'false', '1']).optional() });

export const operationRoutes = {
  live: route({
    ...probing,
    id: 'live',
    path: '/livez',
    summary: 'Whether the process turns',
    answers: { 200: { description: 'It does', body: probe } },
  }),
  ready: route({
    ...probing,
    id: 'ready',
    path: '/readyz',
    summary: 'Whether requests should come here',
    query: verbose,
    answers: {
      200: { description: 'They should', body: probe },
      503: { description: 'They should not, now', body: probe },
    },
  }),
  startup: route({
    ...probing,
    id: 'startup',
    path: '/startupz',
    summary: 'Whether the process has started',
    answers: {
      200: { description: 'It has', body: probe },
      503: { description: 'Not yet', body: probe },
    },
  }),
  health: route({
    ...probing,
    id: 'health',
    path: '/health',
    summary: 'How the system is',
    answers: {
      200: { description: 'It works, perhaps not as it should', body: health },
      503: { description: 'It does not work', body: health },
    },
  }),
  limits: route({
    id: 'getLimits',
    tag: 'operations',
    method: 'GET',
    path: '/limits',
    summary: 'Every limit, with its name and value',
    answers: {
      200: { description: 'The limits', body: z.object({ limits: z.record(z.string(), z.int()) }) },
    },
    refuses: [],
  }),
  workers: route({
    id: 'listWorkers',
    tag: 'operations',
    method: 'GET',
    path: '/workers',
    summary: 'The workers that are connected, or were seen within a lease',
    answers: { 200: { description: 'All of them', body: the.listOf(worker) } },
    refuses: [],
  }),
  queues: route({
    id: 'listQueues',
    tag: 'operations',
    method: 'GET',
    path: '/queues',
    summary: 'What waits for a worker, what is held and who works, by task type',
    answers: {
      200: { description: 'All queues in which something waits, is held, or could be taken', body: the.listOf(queue) },
    },
    refuses: [],
  }),
  problem: route({
    id: 'explainProblem',
    tag: 'operations',
    method: 'GET',
    path: '/problems/{code}',
    summary: 'What a problem means',
    params: z.strictObject({ code: z.string().regex(/^[a-z-]+[.][a-z-]+$/, 'must be a code like task.lease-lost') }),
    answers: { 200: { description: 'Its meaning', body: explained } },
    refuses: ['route.not-found'],
  }),
};
