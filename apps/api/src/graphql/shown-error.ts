import { EdgeError, PROBLEM_CODES, type ProblemCode, problemOf } from '@orrery/contract';
import { GraphQLError } from 'graphql';
import type { Bugs } from '../http/bugs.js';

/**
 * An error as GraphQL has it, and in its extensions what a problem of REST says. What nobody foresaw says nothing of
 * itself; the log has it under the request's id.
 */
export function shownError(error: GraphQLError | Error, requestId: string, bugs: Bugs): GraphQLError {
  const refusal = bugs.refusal(causeOf(error), requestId);
  const { status, code, retryable, error: named, errors } = problemOf(refusal, { id: requestId, path: '' });
  const { name, details } = named;
  const message = refusal.kind === 'Bug' ? refusal.message : error.message;
  const place =
    error instanceof GraphQLError
      ? { nodes: error.nodes, source: error.source, positions: error.positions, path: error.path }
      : {};
  const extensions = {
    code,
    status,
    class: named.code,
    name,
    retryable,
    requestId,
    details,
    ...(errors ? { errors } : {}),
  };
  return new GraphQLError(message, { ...place, extensions });
}

/** What GraphQL found itself is the request's own fault, and so is what the schema's words could not be read as. */
function causeOf(error: GraphQLError | Error): unknown {
  if (!(error instanceof GraphQLError)) return error;
  if (error.originalError) return causeOf(error.originalError);
  const code = error.extensions['code'];
  const known = typeof code === 'string' && code in PROBLEM_CODES ? (code as ProblemCode) : 'query.invalid';
  return new EdgeError(known, error.message);
}
