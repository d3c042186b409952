import { type Kind, PROBLEM_CODES, type ProblemCode } from '@orrery/contract';
import { OrreryError, type JsonObject } from '@orrery/domain';

/** What only HTTP can refuse: a medium, a method, a message that is not proper HTTP. */
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
