import type { ASTNode } from '@marcbachmann/cel-js';
import { EXPRESSION_LIMITS, type Run } from './machine.js';
import type { Type } from './values.js';

/** What an expression reads of its scope: the root's name and the keys behind it that the text alone tells. */
export interface Read {
  readonly root: string;
  readonly path: readonly string[];
  /** The next key is computed when the expression runs. */
  readonly computed: boolean;
  /** Where the root's name begins, in characters from the start of the text around the expression. */
  readonly offset: number;
}

/** What is wrong with an expression before it runs. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
}

/** A part of an expression, compiled: what it gives, as far as that is known, and how. */
export interface Part {
  readonly type: Type;
  readonly run: Run;
}

/** What the parts of one expression share while they are compiled. */
export interface Compiler {
  readonly text: string;
  /** Where `text` begins in the string that it was cut from. */
  readonly start: number;
  isRoot(name: string): boolean;
  /** Says that there is no such name, and which was meant. */
  unknownName(name: string): { code: string; message: string };
  readonly locals: string[];
  readonly reads: Read[];
  readonly problems: Problem[];
  nesting: number;
  /** Compiles a part of the part that is being compiled. */
  compile(node: ASTNode): Part;
}

/** Stands for a part that has a problem: the expression will not run, and the parts around it can still be checked. */
export const BROKEN: Part = { type: 'dyn', run: () => null };

export function problem(compiler: Compiler, node: { start: number }, code: string, message: string): Part {
  compiler.problems.push({ code, message, offset: compiler.start + node.start });
  return BROKEN;
}

/** The text of a part, to speak of it. */
export function textOf({ text }: Compiler, { start, end }: ASTNode): string {
  return end - start > 100 ? `${text.slice(start, start + 99)}…` : text.slice(start, end);
}

/** Compiles with a variable in reach: the body, and the place of the variable among the machine's locals. */
export function withLocal(compiler: Compiler, name: string, body: ASTNode): { slot: number; part: Part } {
  const slot = compiler.locals.push(name) - 1;
  const part = compiler.compile(body);
  compiler.locals.pop();
  return { slot, part };
}

/** Compiles one node by the table of its operator, no deeper than is safe for the stack. */
export function compileNode(
  compiler: Compiler,
  node: ASTNode,
  table: { readonly [operator: string]: (compiler: Compiler, node: never) => Part },
): Part {
  if (compiler.nesting >= EXPRESSION_LIMITS.nesting) return tooDeep(compiler, node);
  compiler.nesting++;
  const part = table[node.op]!(compiler, node as never);
  compiler.nesting--;
  return part;
}

/** Said once; nothing more is compiled after it. */
function tooDeep(compiler: Compiler, node: ASTNode): Part {
  if (compiler.nesting === Infinity) return BROKEN;
  compiler.nesting = Infinity;
  const message = `the expression nests more than ${EXPRESSION_LIMITS.nesting} deep (expressionNesting)`;
  return problem(compiler, node, 'expression.too-deep', message);
}
