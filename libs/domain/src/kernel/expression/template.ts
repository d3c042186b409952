import type { Fault } from '../errors.js';
import { pointerTo } from '../json-pointer.js';
import { type Json, jsonSize } from '../json.js';
import { compileExpression } from './compile.js';
import type { Read } from './compiler.js';
import { expressionFailed } from './failure.js';
import { EXPRESSION_LIMITS, type Machine } from './machine.js';
import { type ExpressionPiece, type Piece, piecesOf } from './pieces.js';
import { RESULT_LIMIT, type ResultLimit, type Room, toJson, toText } from './result.js';
import type { Type, Value, ValueMap } from './values.js';

/** The names that expressions may begin with, and what to say of any other. */
export interface Names {
  isRoot(name: string): boolean;
  unknownName(name: string): { code: string; message: string };
}

/** A JSON value with `${ }` in it, compiled. */
export interface CompiledTemplate {
  /** Plain JSON, or throws `ExpressionFailed`. All expressions of one template share its steps and its size. */
  readonly evaluate: (scope: object) => Json;
  /** What it gives, as far as that is known before it runs. */
  readonly type: Type;
  readonly reads: readonly (Read & { readonly pointer: string })[];
  /** Everything that is wrong with it, with the place of each. */
  readonly faults: readonly Fault[];
}

type Build = (machine: Machine, room: Room) => Json;
interface Collected {
  readonly names: Names;
  readonly reads: (Read & { pointer: string })[];
  readonly faults: Fault[];
}

/** Whether a text has an expression in it. */
export function hasExpression(text: string): boolean {
  return piecesOf(text).some((piece) => 'start' in piece);
}

/**
 * Compiles the `${ }` in every text of a value: a text that is one expression and nothing else becomes what the expression
 * gives, of any type; in a longer text each is written in, a text as it is and anything else as JSON. `$${` stands for
 * the characters `${`. `pointer` is the place of the value in its document.
 */
export function compileTemplate(
  value: Json,
  pointer: string,
  names: Names,
  limit: ResultLimit = RESULT_LIMIT,
): CompiledTemplate {
  const collected: Collected = { names, reads: [], faults: [] };
  const { build, type } = compileValue(value, pointer, 0, collected);
  const { reads, faults } = collected;
  if (!build) return { evaluate: () => value, type, reads, faults };
  const fixed = jsonSize(value);
  const evaluate = (scope: object) => {
    const machine: Machine = { scope: scope as ValueMap, locals: [], steps: EXPRESSION_LIMITS.steps };
    return build(machine, { characters: limit.characters - fixed, limit });
  };
  return { evaluate, type, reads, faults };
}

/** `build` is missing where the value has no expression in it and stands for itself. */
interface CompiledValue {
  readonly build?: Build;
  readonly type: Type;
}

const TYPES: { readonly [type: string]: Type } = { boolean: 'bool', number: 'double', string: 'string' };

function compileValue(value: Json, pointer: string, depth: number, collected: Collected): CompiledValue {
  if (typeof value === 'string') return compileText(value, pointer, depth, collected);
  if (value === null) return { type: 'null' };
  if (typeof value !== 'object') return { type: TYPES[typeof value]! };
  const keys = Object.keys(value);
  const values = Object.values(value) as Json[];
  const isList = Array.isArray(value);
  if (!isList) for (const key of keys) mustNotHaveExpression(key, pointer, collected);
  const builds = values.map(
    (item, index) => compileValue(item, pointerTo(pointer, isList ? index : keys[index]!), depth + 1, collected).build,
  );
  const type = isList ? 'list' : 'map';
  if (builds.every((build) => build === undefined)) return { type };
  const buildAll = (machine: Machine, room: Room) =>
    values.map((item, index) => {
      const build = builds[index];
      return build ? build(machine, room) : item;
    });
  if (isList) return { type, build: buildAll };
  return {
    type,
    build: (machine, room) => {
      const built = buildAll(machine, room);
      return Object.fromEntries(keys.map((key, index) => [key, built[index]!]));
    },
  };
}

function mustNotHaveExpression(key: string, pointer: string, { faults }: Collected): void {
  if (!key.includes('${')) return;
  const message = 'a key cannot have an expression in it: only values can';
  faults.push({ code: 'expression.in-key', message, pointer: pointerTo(pointer, key), severity: 'error' });
}

/** A text is fixed, or one expression of any type, or pieces written one after the other. */
function compileText(text: string, pointer: string, depth: number, collected: Collected): CompiledValue {
  const pieces = piecesOf(text);
  const [first] = pieces as [Piece];
  if (pieces.length === 1 && 'text' in first) {
    return { type: 'string', ...(first.text === text ? {} : { build: () => first.text }) };
  }
  if (pieces.length === 1) {
    const { type, giving } = compilePiece(first as ExpressionPiece, pointer, collected);
    return { type, build: giving(toJson, depth) };
  }
  const writers = pieces.map((piece) =>
    'text' in piece ? () => piece.text : compilePiece(piece, pointer, collected).giving(toText, depth),
  );
  return { type: 'string', build: (machine, room) => writers.map((write) => write(machine, room)).join('') };
}

function compilePiece(piece: ExpressionPiece, pointer: string, { names, reads, faults }: Collected) {
  const { expression, start } = piece;
  const compiled = compileExpression(expression, start, names);
  const open = { code: 'expression.syntax', message: 'this "${" is never closed', offset: start - 2 };
  const problems = piece.closed ? compiled.problems : [open];
  for (const read of compiled.reads) reads.push({ ...read, pointer });
  for (const { code, message, offset } of problems) faults.push({ code, message, pointer, severity: 'error', offset });
  const giving =
    <T>(render: (value: Value, room: Room, depth: number) => T, depth: number) =>
    (machine: Machine, room: Room): T => {
      try {
        return render(compiled.run(machine), room, depth);
      } catch (thrown) {
        throw expressionFailed(thrown, expression, pointer);
      }
    };
  return { type: compiled.type, giving };
}
