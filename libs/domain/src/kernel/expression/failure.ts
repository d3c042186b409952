import { OrreryError } from '../errors.js';

/**
 * An expression could not be evaluated: `expression.failed` (it read what is not there, or computed what cannot be),
 * `expression.too-costly`, `expression.too-large` (or what its template says instead) or `expression.too-deep`. Evaluating
 * it again gives the same.
 */
export class ExpressionFailed extends OrreryError {}

/**
 * Thrown while an expression runs, without the cost of a stack: `||`, `&&`, `exists` and `all` may take it back, as CEL
 * has it, and then nobody hears of it.
 */
export class Failing {
  constructor(readonly message: string) {}
}

/** Thrown when an expression meets a limit. Nothing takes it back. */
export class Stopped {
  constructor(
    readonly code: string,
    readonly message: string,
  ) {}
}

/** What the world outside sees of either, with the expression and its place; anything else is a bug and stays one. */
export function expressionFailed(thrown: unknown, expression: string, pointer: string): unknown {
  if (!(thrown instanceof Failing || thrown instanceof Stopped)) return thrown;
  const shown = expression.length > 200 ? `${expression.slice(0, 199)}…` : expression;
  const code = thrown instanceof Stopped ? thrown.code : 'expression.failed';
  return new ExpressionFailed(code, `${thrown.message}, in \${${shown}} at ${pointer}`);
}
