import { Failing, Stopped } from './failure.js';
import type { Value } from './values.js';

/**
 * What bounds expressions. Steps are counted over one whole template; one is at most about half a microsecond of work,
 * and an operation on something long takes as many as it is long.
 */
export const EXPRESSION_LIMITS = Object.freeze({
  steps: 100_000,
  /** Of the text of one expression. */
  characters: 4_096,
  /** How deep the parts of one expression may nest; each operator of a chain is one deeper. */
  nesting: 500,
  /** Of what one template gives, as JSON text; also of every string on the way. */
  resultCharacters: 1_048_576,
  /** How deep what a template gives may nest. */
  resultDepth: 64,
});

/** What one evaluation reads and has left. */
export interface Machine {
  readonly scope: { readonly [root: string]: Value };
  /** The variables of the macros around, outermost first. */
  readonly locals: Value[];
  steps: number;
}

/** A compiled part of an expression. */
export type Run = (machine: Machine) => Value;

/** Pays for work before it is done. */
export function spend(machine: Machine, steps: number): void {
  machine.steps -= steps;
  if (machine.steps >= 0) return;
  const message = `the expression takes more than ${EXPRESSION_LIMITS.steps} steps (expressionSteps)`;
  throw new Stopped('expression.too-costly', message);
}

/** Being taken back costs more than a step. */
const FAILURE_STEPS = 20;

/** The value, or why there is none. A limit that was met is not taken back. */
export function attempt(run: Run, machine: Machine): Value | Failing {
  try {
    return run(machine);
  } catch (thrown) {
    if (!(thrown instanceof Failing)) throw thrown;
    spend(machine, FAILURE_STEPS);
    return thrown;
  }
}
