import { parseDuration } from '../duration.js';
import { parseInstant } from '../instant.js';
import { Failing } from './failure.js';
import { type Machine, spend } from './machine.js';
import { Duration, type Kind, type Timestamp, type Type, type Value, checkedInt, checkedTimestamp } from './values.js';

/** What a function takes: a kind, any number (`number`), or anything (`any`). */
type Parameter = Kind | 'number' | 'any';

export interface FunctionOverload {
  readonly takes: readonly Parameter[];
  readonly gives: Type;
  readonly apply: (machine: Machine, ...args: never[]) => Value;
}
export interface FunctionTable {
  readonly [name: string]: readonly FunctionOverload[];
}

export function overload(takes: readonly Parameter[], gives: Type, apply: FunctionOverload['apply']): FunctionOverload {
  return { takes, gives, apply };
}

/** Whether arguments of these types, as far as they are known, may be passed. */
export function accepts({ takes }: FunctionOverload, types: readonly Type[]): boolean {
  if (takes.length !== types.length) return false;
  return takes.every((parameter, index) => {
    const type = types[index]!;
    if (parameter === 'any' || type === 'dyn' || parameter === type) return true;
    return parameter === 'number' && (type === 'int' || type === 'double');
  });
}

/** `size(x)` and `x.size()`: of a text in characters, of a list in items, of a map in keys. */
export const SIZE: readonly FunctionOverload[] = [
  overload(['string'], 'int', (machine, text: string) => {
    spend(machine, text.length / 64);
    let characters = 0;
    for (const _ of text) characters++;
    return BigInt(characters);
  }),
  overload(['list'], 'int', (_, list: readonly Value[]) => BigInt(list.length)),
  overload(['map'], 'int', (machine, map: object) => {
    const keys = Object.keys(map).length;
    spend(machine, keys / 2);
    return BigInt(keys);
  }),
];

const INT = /^-?\d{1,19}$/;
const DOUBLE = /^-?\d{1,64}(\.\d{1,64})?([eE][+-]?\d{1,3})?$/;

function wanted<T>(value: T | undefined, what: string, from: Value): T {
  if (value !== undefined) return value;
  throw new Failing(`${typeof from === 'string' ? JSON.stringify(from.slice(0, 100)) : from} is not ${what}`);
}

const toInt = (value: number) =>
  checkedInt(BigInt(Math.trunc(wanted(Number.isFinite(value) ? value : undefined, 'a whole number', value))));

/** A text is read as something else: `what` says what. It costs more than a step. */
function reading<T extends Value>(gives: Kind, what: string, read: (text: string) => T | undefined): FunctionOverload {
  return overload(['string'], gives, (machine, text: string) => {
    spend(machine, 15);
    return wanted(read(text), what, text);
  });
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

function made<A, B>(value: A | undefined, make: (value: A) => B): B | undefined {
  return value === undefined ? undefined : make(value);
}

/** Functions by name, called as `size(x)`. */
export const FUNCTIONS: FunctionTable = {
  size: SIZE,
  dyn: [overload(['any'], 'dyn', (_, value: Value) => value)],
  int: [
    overload(['int'], 'int', (_, value: bigint) => value),
    overload(['double'], 'int', (_, value: number) => toInt(value)),
    reading('int', 'a whole number', (text) => made(INT.exec(text)?.[0], (digits) => checkedInt(BigInt(digits)))),
    overload(['timestamp'], 'int', (_, at: Timestamp) => BigInt(Math.floor(at.ms / 1000))),
  ],
  double: [
    overload(['number'], 'double', (_, value: number | bigint) => Number(value)),
    reading('double', 'a number', (text) => made(DOUBLE.exec(text)?.[0], Number)),
  ],
  bool: [
    overload(['bool'], 'bool', (_, value: boolean) => value),
    reading('bool', 'true or false', (text) => BOOLEANS.get(text)),
  ],
  string: [
    overload(['string'], 'string', (_, text: string) => text),
    overload(['number'], 'string', (_, value: number | bigint) => String(value)),
    overload(['bool'], 'string', (_, value: boolean) => String(value)),
    overload(['timestamp'], 'string', (_, at: Timestamp) => new Date(at.ms).toISOString()),
  ],
  timestamp: [
    overload(['timestamp'], 'timestamp', (_, at: Timestamp) => at),
    reading('timestamp', 'a time like 2030-01-01T00:00:00Z', (text) => made(parseInstant(text), checkedTimestamp)),
  ],
  duration: [
    overload(['duration'], 'duration', (_, length: Duration) => length),
    reading('duration', 'a duration like 30s or 1h30m', (text) => made(parseDuration(text), (ms) => new Duration(ms))),
  ],
};
