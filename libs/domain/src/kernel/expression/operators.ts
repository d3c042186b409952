import { Failing, Stopped } from './failure.js';
import { EXPRESSION_LIMITS, type Machine, spend } from './machine.js';
import {
  Duration,
  type Kind,
  type Timestamp,
  type Type,
  type Value,
  checkedInt,
  checkedTimestamp,
  equals,
  kindOf,
  memberOf,
} from './values.js';

interface Overload {
  readonly result: Kind;
  readonly apply: (left: never, right: never, machine: Machine) => Value;
}
/** What an operator does with operands of these two kinds; what is not here has no meaning. */
type Overloads = { readonly [Left in Kind]?: { readonly [Right in Kind]?: Overload } };

/** JSON's numbers are doubles and mix with integers; two integers give an integer. */
function arithmetic(ints: (a: bigint, b: bigint) => bigint, doubles: (a: number, b: number) => number): Overloads {
  const int: Overload = { result: 'int', apply: (a: bigint, b: bigint) => checkedInt(ints(a, b)) };
  const double: Overload = {
    result: 'double',
    apply: (a: number | bigint, b: number | bigint) => doubles(Number(a), Number(b)),
  };
  return { int: { int, double }, double: { int: double, double } };
}

function order(holds: (a: number, b: number) => boolean): Overloads {
  const plain: Overload = { result: 'bool', apply: holds };
  const ofTime: Overload = { result: 'bool', apply: (a: Timestamp, b: Timestamp) => holds(a.ms, b.ms) };
  const ofText: Overload = {
    result: 'bool',
    apply: (a: string, b: string, machine) => {
      spend(machine, Math.min(a.length, b.length) / 256);
      return holds(a as never, b as never);
    },
  };
  return {
    int: { int: plain, double: plain },
    double: { int: plain, double: plain },
    bool: { bool: plain },
    string: { string: ofText },
    timestamp: { timestamp: ofTime },
    duration: { duration: ofTime },
  };
}

/** Pays for a text before it is made, and refuses one that is longer than any result may be. */
export function payForText(machine: Machine, length: number): void {
  spend(machine, length / 256);
  if (length <= EXPRESSION_LIMITS.resultCharacters) return;
  const message = `a text is longer than ${EXPRESSION_LIMITS.resultCharacters} characters (payloadBytes)`;
  throw new Stopped('expression.too-large', message);
}

function divisor(value: bigint): bigint {
  if (value === 0n) throw new Failing('a whole number cannot be divided by zero');
  return value;
}

type Ms = Timestamp | Duration;
const later: Overload = { result: 'timestamp', apply: (a: Ms, b: Ms) => checkedTimestamp(a.ms + b.ms) };
const earlier: Overload = { result: 'timestamp', apply: (a: Ms, b: Ms) => checkedTimestamp(a.ms - b.ms) };
const between: Overload = { result: 'duration', apply: (a: Ms, b: Ms) => new Duration(a.ms - b.ms) };
const together: Overload = { result: 'duration', apply: (a: Ms, b: Ms) => new Duration(a.ms + b.ms) };

function concatenated(a: string, b: string, machine: Machine): string {
  payForText(machine, a.length + b.length);
  return a + b;
}

const add: Overloads = {
  ...arithmetic(
    (a, b) => a + b,
    (a, b) => a + b,
  ),
  string: { string: { result: 'string', apply: concatenated } },
  list: {
    list: {
      result: 'list',
      apply: (a: readonly Value[], b: readonly Value[], machine) => {
        spend(machine, (a.length + b.length) / 8);
        return a.concat(b);
      },
    },
  },
  timestamp: { duration: later },
  duration: { timestamp: later, duration: together },
};

const OPERATORS: { readonly [operator: string]: Overloads } = {
  '+': add,
  '-': {
    ...arithmetic(
      (a, b) => a - b,
      (a, b) => a - b,
    ),
    timestamp: { duration: earlier, timestamp: between },
    duration: { duration: between },
  },
  '*': arithmetic(
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  '/': arithmetic(
    (a, b) => a / divisor(b),
    (a, b) => a / b,
  ),
  '%': arithmetic(
    (a, b) => a % divisor(b),
    (a, b) => a % b,
  ),
  '<': order((a, b) => a < b),
  '<=': order((a, b) => a <= b),
  '>': order((a, b) => a > b),
  '>=': order((a, b) => a >= b),
};

/** What an operator gives for operands of these types; nothing if it never has a meaning for them. */
export function resultType(operator: string, left: Type, right: Type): Type | undefined {
  if (operator === 'in') return ['dyn', 'list', 'map'].includes(right) ? 'bool' : undefined;
  if (EQUALITIES.includes(operator)) return mayBeEqual(left, right) ? 'bool' : undefined;
  const possible = (kind: string, type: Type) => type === 'dyn' || type === kind;
  const results = Object.entries(OPERATORS[operator]!)
    .filter(([kind]) => possible(kind, left))
    .flatMap(([, byRight]) => Object.entries(byRight).filter(([kind]) => possible(kind, right)))
    .map(([, { result }]) => result);
  return results.every((result) => result === results[0]) ? results[0] : 'dyn';
}

const EQUALITIES: readonly string[] = ['==', '!='];

/** Comparing what can never be equal is a mistake; comparing anything with null is not. */
function mayBeEqual(left: Type, right: Type): boolean {
  const [a, b] = [left, right].map((type) => (type === 'int' ? 'double' : type));
  return a === b || [a, b].some((type) => type === 'dyn' || type === 'null');
}

export type Binary = (left: Value, right: Value, machine: Machine) => Value;

/** The work of a binary operator. */
export function binary(operator: string): Binary {
  if (operator === '==') return equals;
  if (operator === '!=') return (left, right, machine) => !equals(left, right, machine);
  if (operator === 'in') return isIn;
  const overloads = OPERATORS[operator]!;
  return (left, right, machine) => {
    const overload = overloads[kindOf(left)]?.[kindOf(right)];
    if (!overload) throw new Failing(`"${operator}" has no meaning for ${kindOf(left)} and ${kindOf(right)}`);
    return overload.apply(left as never, right as never, machine);
  };
}

function isIn(item: Value, collection: Value, machine: Machine): boolean {
  if (Array.isArray(collection)) return collection.some((other: Value) => equals(item, other, machine));
  if (kindOf(collection) === 'map') return memberOf(collection, item) !== undefined;
  throw new Failing(`"in" wants a list or a map on its right, and got ${kindOf(collection)}`);
}
