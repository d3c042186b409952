import type { ASTNode } from '@marcbachmann/cel-js';
import { type Compiler, type Part, problem, textOf, withLocal } from './compiler.js';
import { Failing } from './failure.js';
import { type Machine, type Run, attempt, spend } from './machine.js';
import { Optional, type Type, type Value, kindOf } from './values.js';

/** A call whose arguments are not simply evaluated first. */
type Macro = (compiler: Compiler, receiver: ASTNode, args: readonly ASTNode[]) => Part;

/** Goes over the items of a list or the keys of a map. */
function itemsOf(value: Value, text: string, machine: Machine): readonly Value[] {
  if (Array.isArray(value)) return value as readonly Value[];
  if (kindOf(value) !== 'map') throw new Failing(`${text} is of type ${kindOf(value)}, and neither a list nor a map`);
  const keys = Object.keys(value as object);
  spend(machine, keys.length / 2);
  return keys;
}

const WALKED: readonly Type[] = ['dyn', 'list', 'map'];

/** What is walked, as a part that gives its items. */
function compileItems(compiler: Compiler, receiver: ASTNode): (machine: Machine) => readonly Value[] {
  const { type, run } = compiler.compile(receiver);
  const text = textOf(compiler, receiver);
  if (!WALKED.includes(type)) {
    problem(compiler, receiver, 'expression.type', `${text} is of type ${type}, and neither a list nor a map`);
  }
  return (machine) => itemsOf(run(machine), text, machine);
}

function mustBeBool(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  throw new Failing(`a condition must be true or false, and is of type ${kindOf(value)}`);
}

/** Compiles a condition over the variable; one that can never be true or false is a problem. */
function compileOver(compiler: Compiler, args: readonly ASTNode[], isCondition: boolean) {
  const [variable, body] = args as [Extract<ASTNode, { op: 'id' }>, ASTNode];
  const { slot, part } = withLocal(compiler, variable.args, body);
  if (isCondition && part.type !== 'bool' && part.type !== 'dyn') {
    problem(compiler, body, 'expression.type', `a condition must be true or false, and is of type ${part.type}`);
  }
  /** The body for one item. */
  const each = (machine: Machine, item: Value): Value => {
    spend(machine, 1);
    machine.locals[slot] = item;
    return part.run(machine);
  };
  return each;
}

/** `all` ends at the first false, `exists` at the first true; an error counts only if neither came. */
const quantifier =
  (decisive: boolean): Macro =>
  (compiler, receiver, args) => {
    const items = compileItems(compiler, receiver);
    const each = compileOver(compiler, args, true);
    const run: Run = (machine) => {
      let failing: Failing | undefined;
      for (const item of items(machine)) {
        const outcome = attempt((inside) => mustBeBool(each(inside, item)), machine);
        if (outcome === decisive) return decisive;
        if (outcome instanceof Failing) failing ??= outcome;
      }
      if (failing) throw failing;
      return !decisive;
    };
    return { type: 'bool', run };
  };

const existsOne: Macro = (compiler, receiver, args) => {
  const items = compileItems(compiler, receiver);
  const each = compileOver(compiler, args, true);
  return {
    type: 'bool',
    run: (machine) => items(machine).filter((item) => mustBeBool(each(machine, item))).length === 1,
  };
};

const filter: Macro = (compiler, receiver, args) => {
  const items = compileItems(compiler, receiver);
  const each = compileOver(compiler, args, true);
  return { type: 'list', run: (machine) => items(machine).filter((item) => mustBeBool(each(machine, item))) };
};

/** `list.map(x, f(x))`, and `list.map(x, condition, f(x))`. */
const map: Macro = (compiler, receiver, args) => {
  const items = compileItems(compiler, receiver);
  const each = compileOver(compiler, [args[0]!, args.at(-1)!], false);
  if (args.length === 2) return { type: 'list', run: (machine) => items(machine).map((item) => each(machine, item)) };
  const holds = compileOver(compiler, args, true);
  const run: Run = (machine) => {
    const results: Value[] = [];
    for (const item of items(machine)) if (mustBeBool(holds(machine, item))) results.push(each(machine, item));
    return results;
  };
  return { type: 'list', run };
};

/** `a.or(b)` and `a.orValue(b)`: what is inside the brackets runs only when it is needed. */
const orElse =
  (unwrapped: boolean): Macro =>
  (compiler, receiver, [alternative]) => {
    const optional = compiler.compile(receiver);
    const other = compiler.compile(alternative!);
    if (optional.type !== 'optional' && optional.type !== 'dyn') {
      const message = `${textOf(compiler, receiver)} is not optional: write a.?b to ask for what may be missing`;
      return problem(compiler, receiver, 'expression.type', message);
    }
    const run: Run = (machine) => {
      const value = mustBeOptional(optional.run(machine));
      if (value.value === undefined) return unwrapped ? other.run(machine) : mustBeOptional(other.run(machine));
      return unwrapped ? value.value : value;
    };
    return { type: unwrapped ? 'dyn' : 'optional', run };
  };

function mustBeOptional(value: Value): Optional {
  if (value instanceof Optional) return value;
  throw new Failing(`an optional is wanted, and this is of type ${kindOf(value)}`);
}

/** Macros by name and number of arguments. */
export const MACROS: { readonly [signature: string]: Macro | undefined } = {
  'all/2': quantifier(false),
  'exists/2': quantifier(true),
  'exists_one/2': existsOne,
  'filter/2': filter,
  'map/2': map,
  'map/3': map,
  'or/1': orElse(false),
  'orValue/1': orElse(true),
};

/** `cel.bind(name, value, body)`: the body, with a name for a value. */
export function compileBind(compiler: Compiler, args: readonly ASTNode[]): Part {
  const [variable, value, body] = args as [Extract<ASTNode, { op: 'id' }>, ASTNode, ASTNode];
  const bound = compiler.compile(value);
  const { slot, part } = withLocal(compiler, variable.args, body);
  const run: Run = (machine) => {
    machine.locals[slot] = bound.run(machine);
    return part.run(machine);
  };
  return { type: part.type, run };
}
