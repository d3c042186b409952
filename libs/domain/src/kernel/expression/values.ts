import { Failing } from './failure.js';
import { type Machine, spend } from './machine.js';

/** What CEL has and JSON has not. Its fields are nobody's members. */
abstract class Special {}

/** A moment, in milliseconds since the epoch. */
export class Timestamp extends Special {
  constructor(readonly ms: number) {
    super();
  }
}

/** A length of time in milliseconds; it may be negative while it is computed with. */
export class Duration extends Special {
  constructor(readonly ms: number) {
    super();
  }
}

/** What optional access gives: a value, or none. */
export class Optional extends Special {
  constructor(readonly value: Value | undefined) {
    super();
  }
}

/** What expressions compute with: JSON, in which every number is a double, and CEL's own. */
export type Value =
  null | boolean | bigint | number | string | readonly Value[] | ValueMap | Timestamp | Duration | Optional;
export interface ValueMap {
  readonly [key: string]: Value;
}

export type Kind =
  'null' | 'bool' | 'int' | 'double' | 'string' | 'list' | 'map' | 'timestamp' | 'duration' | 'optional';

const SCALARS: { readonly [type: string]: Kind } = {
  boolean: 'bool',
  bigint: 'int',
  number: 'double',
  string: 'string',
};

export function kindOf(value: Value): Kind {
  if (typeof value !== 'object') return SCALARS[typeof value]!;
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (!(value instanceof Special)) return 'map';
  if (value instanceof Timestamp) return 'timestamp';
  return value instanceof Duration ? 'duration' : 'optional';
}

export function isMap(value: Value): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Special);
}

/** Whether a type that is known before the run can be this one; `dyn` is known only when it runs. */
export type Type = Kind | 'dyn';

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;

/** Integers are of 64 bits, as CEL has them. */
export function checkedInt(value: bigint): bigint {
  if (value < INT_MIN || value > INT_MAX) throw new Failing('the whole number is larger than 64 bits');
  return value;
}

const YEAR_1_MS = -62_135_596_800_000;
const YEAR_9999_MS = 253_402_300_799_999;

/** Moments are of the years 1 to 9999, as CEL has them. */
export function checkedTimestamp(ms: number): Timestamp {
  if (ms < YEAR_1_MS || ms > YEAR_9999_MS) throw new Failing('the time is not between the years 1 and 9999');
  return new Timestamp(ms);
}

/** The member that a key names: an own one of a map, or one of a list by its index. Never of a prototype. */
export function memberOf(value: Value, key: Value): Value | undefined {
  if (typeof key === 'string') return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  if (!Array.isArray(value)) return undefined;
  return typeof key === 'bigint' || typeof key === 'number' ? value[Number(key)] : undefined;
}

/** Deep equality. Numbers are equal across kinds; what is of different kinds is not equal, and no error. */
export function equals(a: Value, b: Value, machine: Machine): boolean {
  spend(machine, 1);
  const kind = kindOf(a);
  // eslint-disable-next-line eqeqeq -- an int and a double are equal when their numbers are.
  if (kind === 'int' || kind === 'double') return (typeof b === 'bigint' || typeof b === 'number') && a == b;
  if (kind !== kindOf(b)) return false;
  const compare = EQUALITY[kind];
  return compare ? compare(a as never, b as never, machine) : a === b;
}

const EQUALITY: { readonly [kind: string]: ((a: never, b: never, machine: Machine) => boolean) | undefined } = {
  string: (a: string, b: string, machine) => {
    spend(machine, a.length === b.length ? a.length / 256 : 0);
    return a === b;
  },
  list: (a: readonly Value[], b: readonly Value[], machine) =>
    a.length === b.length && a.every((item, index) => equals(item, b[index]!, machine)),
  map: (a: ValueMap, b: ValueMap, machine) => {
    const keys = Object.keys(a);
    spend(machine, keys.length / 2);
    if (keys.length !== Object.keys(b).length) return false;
    return keys.every((key) => Object.hasOwn(b, key) && equals(a[key]!, b[key]!, machine));
  },
  timestamp: (a: Timestamp, b: Timestamp) => a.ms === b.ms,
  duration: (a: Duration, b: Duration) => a.ms === b.ms,
  optional: (a: Optional, b: Optional, machine) =>
    a.value === undefined || b.value === undefined ? a.value === b.value : equals(a.value, b.value, machine),
};
