import type { Fault } from '../../kernel/errors.js';
import { LIMITS } from './limits.js';

/** Every code that a definition's fault can have, and what it means. Those of the expressions' own come with them. */
export const FAULT_CODES = Object.freeze({
  'definition.wrong-type': 'A value is of another type than is wanted there.',
  'definition.bad-value': 'A value is of the right type, and not one of those that are allowed.',
  'definition.bad-key': 'A name is not letters, digits, "_", "." and "-", begun by a letter or "_".',
  'definition.bad-duration':
    'A duration cannot be read, is longer than the limit, or is zero where that has no meaning.',
  'definition.unknown-key': 'There is no such key.',
  'definition.missing-key': 'A key that must be there is not.',
  'definition.contradiction': 'Two values say different things about the same.',
  'definition.limit-exceeded': 'A limit is exceeded; the message names it.',
  'definition.no-effect': 'A value is never used where it stands (a warning).',
  'definition.no-tasks': 'There is no task.',
  'definition.unbounded-retry': 'A retry without bound.',
  'definition.unknown-task': 'A task depends on one that does not exist.',
  'definition.self-dependency': 'A task depends on itself.',
  'definition.duplicate-dependency': 'A task depends on the same task twice.',
  'definition.cycle': 'Tasks wait for each other; the message names them as a path.',
  'definition.no-compensation': 'A task with effects cannot be undone (a warning; an error with `strict`).',
  'definition.no-reason': '`compensate: none` without a reason.',
  'definition.more-faults': 'There are more faults than are told.',
  'expression.syntax': 'An expression cannot be read.',
  'expression.type': 'An operator, a function or a condition is given what it has no meaning for.',
  'expression.unknown-name': 'An expression begins with a name that is not in reach.',
  'expression.unknown-function': 'There is no such function, or it is left out for a reason.',
  'expression.unknown-task': 'An expression reads a task that does not exist.',
  'expression.computed-key':
    'An expression computes the key of a task: only a key that stands in the text can be checked.',
  'expression.not-output': 'An expression reads something else of a task than its output.',
  'expression.not-upstream': 'An expression reads a task that need not have ended when the expression is evaluated.',
  'expression.may-not-exist': 'A compensation reads a task that need not have completed when the compensation runs.',
  'expression.in-key': 'The key of a value has an expression in it.',
  'expression.too-long': 'The text of an expression is too long.',
  'expression.too-deep': 'An expression nests too deep.',
} as const);

export type FaultCode = keyof typeof FAULT_CODES;

type More = Partial<Pick<Fault, 'hint' | 'severity' | 'offset'>>;

/** Collects what is wrong, in the order in which it is found, up to the limit. */
export class Report {
  private readonly found: Fault[] = [];
  private untold = 0;
  private errors = 0;

  add(code: FaultCode, pointer: string, message: string, more: More = {}): void {
    this.addFault({ code, message, pointer, severity: 'error', ...more });
  }

  addFault(fault: Fault): void {
    if (fault.severity === 'error') this.errors++;
    if (this.found.length < LIMITS.definitionFaults) this.found.push(fault);
    else this.untold++;
  }

  get hasErrors(): boolean {
    return this.errors > 0;
  }

  get faults(): readonly Fault[] {
    if (this.untold === 0) return this.found;
    const message = `there are ${this.untold} more faults`;
    const severity = this.hasErrors ? 'error' : 'warning';
    return [...this.found, { code: 'definition.more-faults', message, pointer: '', severity }];
  }
}
