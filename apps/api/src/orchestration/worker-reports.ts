import type { Report } from '@orrery/application';
import { LIMITS, type Namespace, type ReportedFailure, TooLarge, jsonSize } from '@orrery/domain';
import type { z } from 'zod';
import type { result } from '../contract/tasks.js';

/** How an attempt ended, as a worker says it. */
export type ReportedResult = z.output<typeof result>;

/** The same as the dispatcher takes it: the report, and when the work began. */
export function reportOf(namespace: Namespace, result: ReportedResult): [Report, number | undefined] {
  const { workflow, ordinal } = result.id;
  const outcome = 'error' in result ? { error: failureOf(result.error) } : { output: result.output };
  return [{ namespace, workflow, ordinal, leaseToken: result.leaseToken, outcome }, result.startedAt];
}

function failureOf(error: Extract<ReportedResult, { error: unknown }>['error']): ReportedFailure {
  const { code = 'task.failed', message, details, retryable, retryAfter } = error;
  if (details !== undefined && jsonSize(details, LIMITS.payloadBytes) > LIMITS.payloadBytes) {
    const words = `the details are larger than ${LIMITS.payloadBytes} bytes`;
    throw new TooLarge('error.too-large', words, 'payloadBytes', LIMITS.payloadBytes);
  }
  return { code, message, details, retryable, retryAfterMs: retryAfter };
}
