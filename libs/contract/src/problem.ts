import type { z } from 'zod';
import { KINDS, PROBLEM_CODES, passesByItself } from './problem-codes.js';
import type { Refusal } from './refusal.js';
import type { problem } from './schemas.js';

export type Problem = z.output<typeof problem>;

/** Where problems are explained, by their codes. */
const PROBLEMS_PATH = '/api/v1/problems';

/** The refusal as RFC 9457 and the contract have it. */
export function problemOf(refusal: Refusal, request: { readonly id: string; readonly path: string }): Problem {
  const { kind, code, message, details, faults } = refusal;
  const { status, title, code: kindCode, name } = KINDS[kind];
  const contractName = (PROBLEM_CODES as { [code: string]: { readonly name?: string } })[code]?.name ?? name;
  return {
    type: `${PROBLEMS_PATH}/${code}`,
    title,
    status,
    detail: message,
    instance: request.path,
    requestId: request.id,
    code,
    retryable: passesByItself(kind),
    error: { code: kindCode, name: contractName, message, details, requestId: request.id },
    ...(faults.length === 0 ? {} : { errors: [...faults] }),
  };
}
