import type { ASTNode } from '@marcbachmann/cel-js';
import { didYouMean, suggester } from '../did-you-mean.js';
import { compileHas } from './access.js';
import { type Compiler, type Part, problem } from './compiler.js';
import { Failing } from './failure.js';
import { FUNCTIONS, type FunctionOverload, type FunctionTable, accepts } from './functions.js';
import { MACROS, compileBind } from './macros.js';
import { type Run, spend } from './machine.js';
import { METHODS, OPTIONAL_FUNCTIONS } from './methods.js';
import { type Type, kindOf } from './values.js';

type Node<Op extends ASTNode['op']> = Extract<ASTNode, { op: Op }>;

/** What CEL has and we do not, with the reason. */
const LEFT_OUT: ReadonlyMap<string, string> = new Map([
  ['matches', 'a pattern can hold the engine for minutes: use startsWith, endsWith, contains, indexOf or split'],
  ['bytes', 'JSON has no bytes'],
  ['uint', 'JSON has no unsigned numbers'],
  ['type', 'types are no values here'],
]);

/** `size(x)`, and the macro `has(a.b)`. */
export function compileCall(compiler: Compiler, node: Node<'call'>): Part {
  const [name, args] = node.args;
  if (name === 'has' && args.length === 1) return compileHas(compiler, args[0]!);
  return callOf(compiler, node, FUNCTIONS, { name, args });
}

/** `x.size()`, the macros `x.map(i, i + 1)` and the like, and the functions of the names `cel` and `optional`. */
export function compileMethod(compiler: Compiler, node: Node<'rcall'>): Part {
  const [name, receiver, args] = node.args;
  if (isNamespace(compiler, receiver, 'cel') && name === 'bind' && args.length === 3)
    return compileBind(compiler, args);
  if (isNamespace(compiler, receiver, 'optional')) return callOf(compiler, node, OPTIONAL_FUNCTIONS, { name, args });
  const macro = MACROS[`${name}/${args.length}`];
  return macro ? macro(compiler, receiver, args) : callOf(compiler, node, METHODS, { name, args: [receiver, ...args] });
}

function isNamespace(compiler: Compiler, node: ASTNode, name: string): boolean {
  return node.op === 'id' && node.args === name && !compiler.locals.includes(name) && !compiler.isRoot(name);
}

interface Call {
  readonly name: string;
  readonly args: readonly ASTNode[];
}

function callOf(compiler: Compiler, node: ASTNode, table: FunctionTable, { name, args }: Call): Part {
  const parts = args.map((argument) => compiler.compile(argument));
  if (!Object.hasOwn(table, name)) return unknownFunction(compiler, node, table, name);
  const types = parts.map(({ type }) => type);
  const overloads = table[name]!.filter((overload) => accepts(overload, types));
  if (overloads.length === 0) {
    return problem(compiler, node, 'expression.type', `${name}() does not take ${types.join(', ') || 'nothing'}`);
  }
  const runs = parts.map(({ run }) => run);
  // All overloads of a name give the same type.
  return { type: overloads[0]!.gives, run: calling(name, overloads, runs) };
}

function calling(name: string, overloads: readonly FunctionOverload[], runs: readonly Run[]): Run {
  return (machine) => {
    spend(machine, 1);
    const args = runs.map((run) => run(machine));
    const kinds: Type[] = args.map(kindOf);
    const overload = overloads.find((each) => accepts(each, kinds));
    if (!overload) throw new Failing(`${name}() does not take ${kinds.join(', ')}`);
    return overload.apply(machine, ...(args as never[]));
  };
}

function unknownFunction(compiler: Compiler, node: ASTNode, table: FunctionTable, name: string): Part {
  const why = LEFT_OUT.get(name);
  const meant = suggester([...Object.keys(table), ...Object.keys(MACROS).map((each) => each.split('/')[0]!)])(name);
  const message =
    why === undefined ? `there is no function ${name}()${didYouMean(meant)}` : `${name}() is left out: ${why}`;
  return problem(compiler, node, 'expression.unknown-function', message);
}
