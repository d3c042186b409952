import { OrreryError, type JsonObject } from '@orrery/domain';
import { type Kind, PROBLEM_CODES, type ProblemCode } from './problem-codes.js';

/** What only a face can refuse: a medium, a method, a message that is not a proper one. */
export class EdgeError extends OrreryError {
  readonly kind: Kind;

  constructor(
    code: ProblemCode,
    message: string,
    details: JsonObject = {},
    readonly headers: { readonly [name: string]: string } = {},
  ) {
    super(code, message, details);
    this.kind = PROBLEM_CODES[code].kind;
  }
}
