import type { Report } from '@orrery/application';
import { LIMITS, type Namespace, type ReportedFailure, TooLarge, jsonSize } from '@orrery/domain';
import { z } from 'zod';
import { API_LIMITS } from './api-limits.js';
import * as the from './schemas.js';

export const leaseToken = z.string().min(1).max(64).describe('Proof of holding the attempt: it came with the task.');

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
export const completed = z.strictObject({ leaseToken, output: the.json, startedAt });
export const failed = z.strictObject({ leaseToken, error, startedAt });
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

/** How an attempt ended, as a worker says it. */
export type ReportedResult = z.output<typeof result>;

/** The same as the dispatcher takes it: the report, by whom if that may not be known yet, and when the work began. */
export function reportOf(
  namespace: Namespace,
  result: ReportedResult,
  workerId?: string,
): [Report, number | undefined] {
  const { workflow, ordinal } = result.id;
  const outcome = 'error' in result ? { error: failureOf(result.error) } : { output: result.output };
  return [{ namespace, workflow, ordinal, leaseToken: result.leaseToken, workerId, outcome }, result.startedAt];
}

function failureOf(error: Extract<ReportedResult, { error: unknown }>['error']): ReportedFailure {
  const { code = 'task.failed', message, details, retryable, retryAfter } = error;
  if (details !== undefined && jsonSize(details, LIMITS.payloadBytes) > LIMITS.payloadBytes) {
    const words = `the details are larger than ${LIMITS.payloadBytes} bytes`;
    throw new TooLarge('error.too-large', words, 'payloadBytes', LIMITS.payloadBytes);
  }
  return { code, message, details, retryable, retryAfterMs: retryAfter };
}
