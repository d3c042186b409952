import * as the from '@orrery/contract/schemas';
import { z } from 'zod';
import { route } from './route.js';
import { sent, tried } from './workflow-answers.js';

const id = z.strictObject({ id: the.workflowId });

const common = {
  id: z.string(),
  status: the.deadLetterStatus,
  queue: z
    .enum(['commands', 'tasks'])
    .describe('What it was set aside from: commands of services, or tasks of workers.'),
  reason: z
    .string()
    .describe('Why it was set aside, the last time: `request.invalid`, or where the broker did it: broker.expired.'),
  detail: z.string(),
  bytes: z.int().describe('How large its body was.'),
  version: z.int(),
  recordedAt: the.time,
  changedAt: the.time,
};

const listed = z
  .object({
    ...common,
    type: z.string().nullable().describe('What the message says that it is: `io.orrery.command.StartWorkflow.v1`.'),
    messageId: z.string().nullable(),
  })
  .meta({ id: 'DeadLetterSummary' });

const message = z.object({
  body: z.string(),
  encoding: z.enum(['text', 'base64']).describe('How `body` is written here.'),
  contentType: z.string().optional(),
  contentEncoding: z.string().optional(),
  messageId: z.string().optional(),
  correlationId: z.string().optional(),
  replyTo: z.string().optional(),
  type: z.string().optional(),
  exchange: z.string().optional(),
  routingKey: z.string().optional(),
  headers: the.jsonObject.describe('Its own headers.'),
});

const details = z
  .object({
    ...common,
    truncated: z.boolean().describe('Only the beginning of the body was kept: it cannot be sent again.'),
    redrives: z.int().describe('How often it was sent again.'),
    message,
    position: the.position,
  })
  .meta({ id: 'DeadLetter' });

/** A command to a dead letter: what both have in common. */
const command = {
  tag: 'dead letters',
  method: 'POST',
  params: id,
  query: z.strictObject({
    dryRun: the.flag.optional().describe('Tell which events would follow, and do nothing.'),
  }),
  body: z.strictObject({}).optional(),
  writes: true,
  guarded: true,
  answers: {
    202: { description: 'It was decided', body: sent },
    200: {
      description: 'Nothing changed: it was so before. With `dryRun`, the events that would follow',
      body: z.union([sent, tried]),
    },
  },
} as const;
const commandRefuses = ['dead-letter.not-found', 'version.mismatch', 'key.reused'] as const;

export const deadLetterRoutes = {
  list: route({
    id: 'listDeadLetters',
    tag: 'dead letters',
    method: 'GET',
    path: '/dead-letters',
    summary: 'List messages that were set aside, with the reason',
    description: 'Those that wait, unless others are asked for.',
    query: z.strictObject({ status: the.someDeadLetterStatuses.optional(), ...the.paging }),
    atLeast: true,
    answers: { 200: { description: 'A page, newest first', body: the.listOf(listed) } },
    refuses: ['cursor.invalid'],
  }),
  get: route({
    id: 'getDeadLetter',
    tag: 'dead letters',
    method: 'GET',
    path: '/dead-letters/{id}',
    summary: 'Read a dead letter, with its message',
    params: id,
    atLeast: true,
    answers: { 200: { description: 'The dead letter', body: details } },
    refuses: ['dead-letter.not-found'],
  }),
  redrive: route({
    ...command,
    id: 'redriveDeadLetter',
    path: '/dead-letters/{id}/redrive',
    summary: 'Send the message of a dead letter again, as it was',
    description:
      'It is sent when a process that has the broker follows the log so far. Set aside again it waits again.',
    refuses: [...commandRefuses, 'dead-letter.dropped', 'dead-letter.truncated', 'dead-letter.not-a-command'],
  }),
  drop: route({
    ...command,
    id: 'dropDeadLetter',
    path: '/dead-letters/{id}/drop',
    summary: 'Give a dead letter up',
    refuses: commandRefuses,
  }),
};
