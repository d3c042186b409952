import type { ASTNode } from '@marcbachmann/cel-js';
import { type Compiler, type Part, problem, textOf } from './compiler.js';
import { Failing } from './failure.js';
import { type Machine, type Run, spend } from './machine.js';
import { Optional, type Type, type Value, kindOf, memberOf } from './values.js';

type Node<Op extends ASTNode['op']> = Extract<ASTNode, { op: Op }>;
type Access = Node<'.' | '.?' | '[]' | '[?]'>;
const ACCESS: readonly string[] = ['.', '.?', '[]', '[?]'];

/** One step of `input.items[0].?name`. */
interface Link {
  /** The key, where the text tells it. */
  readonly literal: Value | undefined;
  readonly key: Run;
  readonly optional: boolean;
  /** The text before it, to say what has no such key. */
  readonly before: string;
}

/** `a.b["c"][i].?d`, from what is read to the last link. */
interface Chain {
  readonly base: ASTNode;
  readonly links: readonly Link[];
}

function chainOf(compiler: Compiler, node: ASTNode): Chain {
  const links: Link[] = [];
  let base = node;
  while (ACCESS.includes(base.op)) {
    const access = base as Access;
    links.push(linkOf(compiler, access));
    base = access.args[0];
  }
  return { base, links: links.reverse() };
}

function linkOf(compiler: Compiler, { op, args }: Access): Link {
  const [from, key] = args as [ASTNode, string | ASTNode];
  const shared = { optional: op === '.?' || op === '[?]', before: textOf(compiler, from) };
  if (typeof key === 'string') return { ...shared, literal: key, key: () => key };
  const { run } = compiler.compile(key);
  return { ...shared, literal: key.op === 'value' ? (key.args as Value) : undefined, key: run };
}

/** A name alone: a variable of a macro, or a root of the scope. */
export function compileName(compiler: Compiler, node: Node<'id'>): Part {
  const slot = compiler.locals.lastIndexOf(node.args);
  if (slot >= 0) return { type: 'dyn', run: ({ locals }) => locals[slot]! };
  return compileRoot(compiler, node, []);
}

function compileRoot(compiler: Compiler, node: Node<'id'>, links: readonly Link[]): Part {
  const name = node.args;
  if (!compiler.isRoot(name)) {
    const { code, message } = compiler.unknownName(name);
    return problem(compiler, node, code, message);
  }
  const computedAt = links.findIndex(({ literal }) => typeof literal !== 'string');
  const path = (computedAt < 0 ? links : links.slice(0, computedAt)).map(({ literal }) => literal as string);
  compiler.reads.push({ root: name, path, computed: computedAt >= 0, offset: compiler.start + node.start });
  return { type: 'dyn', run: ({ scope }) => scope[name]! };
}

function compileBase(compiler: Compiler, { base, links }: Chain): Part {
  const isRoot = base.op === 'id' && !compiler.locals.includes(base.args);
  return isRoot ? compileRoot(compiler, base, links) : compiler.compile(base);
}

const HAVE_MEMBERS: readonly Type[] = ['dyn', 'list', 'map', 'optional'];

/** `a.b`, `a["b"]`, `a[0]`, and `a.?b`, which gives an optional. */
export function compileAccess(compiler: Compiler, node: Access): Part {
  const chain = chainOf(compiler, node);
  const base = compileBase(compiler, chain);
  if (!HAVE_MEMBERS.includes(base.type)) {
    const message = `${textOf(compiler, chain.base)} is of type ${base.type} and has no members`;
    return problem(compiler, node, 'expression.type', message);
  }
  const { links } = chain;
  const isOptional = base.type === 'optional' || links.some(({ optional }) => optional);
  const run: Run = (machine) => {
    spend(machine, links.length);
    let value = base.run(machine);
    for (const link of links) value = follow(value, link, machine);
    return value;
  };
  return { type: isOptional ? 'optional' : 'dyn', run };
}

/** One link further. What is reached through an optional is optional itself. */
function follow(value: Value, link: Link, machine: Machine): Value {
  const key = link.key(machine);
  if (value instanceof Optional) {
    return new Optional(value.value === undefined ? undefined : memberOf(value.value, key));
  }
  const member = memberOf(value, key);
  if (link.optional) return new Optional(member);
  if (member === undefined) throw new Failing(missing(value, key, link.before));
  return member;
}

/** `input.order has no key "total"`. */
function missing(value: Value, key: Value, before: string): string {
  const kind = kindOf(value);
  const named = typeof key === 'string' ? `key ${JSON.stringify(key)}` : `item ${String(key)}`;
  if (kind === 'map') return `${before} has no ${named}`;
  if (kind === 'list') return `${before} has no ${named}: it is a list of ${(value as readonly Value[]).length}`;
  return `${before} has no ${named}: it is ${kind === 'null' ? 'null' : `of type ${kind}`}`;
}

/** `has(a.b.c)`: whether everything on the way is there. */
export function compileHas(compiler: Compiler, argument: ASTNode): Part {
  if (!ACCESS.includes(argument.op)) {
    return problem(compiler, argument, 'expression.syntax', 'has() wants a path: has(input.name)');
  }
  const chain = chainOf(compiler, argument);
  const base = compileBase(compiler, chain);
  const { links } = chain;
  const run: Run = (machine) => {
    spend(machine, links.length);
    let value: Value | undefined = base.run(machine);
    for (const link of links) {
      if (value instanceof Optional) value = value.value;
      if (value === undefined) return false;
      value = memberOf(value, link.key(machine));
    }
    return value !== undefined;
  };
  return { type: 'bool', run };
}
