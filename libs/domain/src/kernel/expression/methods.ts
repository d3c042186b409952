import { charactersOf, placeIn, textBetween } from './characters.js';
import { Failing } from './failure.js';
import { type FunctionOverload, type FunctionTable, SIZE, overload } from './functions.js';
import { type Machine, spend } from './machine.js';
import { payForText } from './operators.js';
import { type Duration, Optional, type Timestamp, type Value } from './values.js';

/** Looking for a text in a text costs their product at its worst. */
function payForSearch(machine: Machine, text: string, part: string): void {
  spend(machine, (text.length * Math.max(1, part.length)) / 512);
}

/** Where a text stands in a text, in characters; -1 if it does not. */
function finding(find: (text: string, part: string, from?: number) => number) {
  return (machine: Machine, text: string, part: string, from?: number | bigint): Value => {
    payForSearch(machine, text, part);
    const characters = charactersOf(machine, text);
    const before = from === undefined ? undefined : textBetween(characters, 0, placeIn(characters, from));
    const found = find(text, part, before?.length);
    const isCounted = typeof characters === 'string' || found < 0;
    return BigInt(isCounted ? found : [...text.slice(0, found)].length);
  };
}

function contains(machine: Machine, text: string, part: string): boolean {
  payForSearch(machine, text, part);
  return text.includes(part);
}

function comparing(compare: (text: string, part: string) => boolean) {
  return (machine: Machine, text: string, part: string): boolean => {
    spend(machine, part.length / 64);
    return compare(text, part);
  };
}

function substring(machine: Machine, text: string, start: number | bigint, end?: number | bigint): string {
  const characters = charactersOf(machine, text);
  const from = placeIn(characters, start);
  const to = end === undefined ? characters.length : placeIn(characters, end);
  if (to < from) throw new Failing(`there is no text from ${start} to ${end}`);
  return textBetween(characters, from, to);
}

function split(machine: Machine, text: string, separator: string): readonly string[] {
  payForSearch(machine, text, separator);
  if (separator === '') spend(machine, text.length);
  const parts = separator === '' ? [...text] : text.split(separator);
  spend(machine, parts.length / 4);
  return parts;
}

function join(machine: Machine, list: readonly Value[], separator = ''): string {
  spend(machine, list.length / 8);
  let length = Math.max(0, list.length - 1) * separator.length;
  for (const [index, item] of list.entries()) {
    if (typeof item !== 'string') throw new Failing(`join() wants a list of texts, and item ${index} is none`);
    length += item.length;
  }
  payForText(machine, length);
  return list.join(separator);
}

function replace(machine: Machine, text: string, part: string, by: string): string {
  const pieces = split(machine, text, part);
  payForText(machine, text.length + (pieces.length - 1) * by.length);
  return pieces.join(by);
}

const ASCII = /^[\0-\x7f]*$/;

/** Changes the letters of ASCII and leaves any other. */
function changingLetters(letters: RegExp, change: (text: string) => string): readonly FunctionOverload[] {
  const apply = (machine: Machine, text: string) => {
    spend(machine, text.length / 64);
    if (ASCII.test(text)) return change(text);
    spend(machine, text.length / 2);
    return text.replace(letters, change);
  };
  return [overload(['string'], 'string', apply)];
}

function trim(machine: Machine, text: string): string {
  spend(machine, text.length / 64);
  return text.trim();
}

const texts: FunctionTable = {
  startsWith: [
    overload(
      ['string', 'string'],
      'bool',
      comparing((text, part) => text.startsWith(part)),
    ),
  ],
  endsWith: [
    overload(
      ['string', 'string'],
      'bool',
      comparing((text, part) => text.endsWith(part)),
    ),
  ],
  contains: [overload(['string', 'string'], 'bool', contains)],
  indexOf: [
    overload(
      ['string', 'string'],
      'int',
      finding((text, part) => text.indexOf(part)),
    ),
    overload(
      ['string', 'string', 'number'],
      'int',
      finding((text, part, from) => text.indexOf(part, from)),
    ),
  ],
  lastIndexOf: [
    overload(
      ['string', 'string'],
      'int',
      finding((text, part) => text.lastIndexOf(part)),
    ),
  ],
  substring: [
    overload(['string', 'number'], 'string', substring),
    overload(['string', 'number', 'number'], 'string', substring),
  ],
  replace: [overload(['string', 'string', 'string'], 'string', replace)],
  split: [overload(['string', 'string'], 'list', split)],
  join: [overload(['list'], 'string', join), overload(['list', 'string'], 'string', join)],
  trim: [overload(['string'], 'string', trim)],
  lowerAscii: changingLetters(/[A-Z]+/g, (text) => text.toLowerCase()),
  upperAscii: changingLetters(/[a-z]+/g, (text) => text.toUpperCase()),
};

/** The parts of a moment, in UTC; months, days of a month and days of a week count from 0, as CEL has them. */
const timestampParts: { readonly [name: string]: (at: Date) => number } = {
  getFullYear: (at) => at.getUTCFullYear(),
  getMonth: (at) => at.getUTCMonth(),
  getDate: (at) => at.getUTCDate(),
  getDayOfMonth: (at) => at.getUTCDate() - 1,
  getDayOfWeek: (at) => at.getUTCDay(),
  getHours: (at) => at.getUTCHours(),
  getMinutes: (at) => at.getUTCMinutes(),
  getSeconds: (at) => at.getUTCSeconds(),
  getMilliseconds: (at) => at.getUTCMilliseconds(),
};

/** A whole length of time in other units, rounded towards zero. */
const durationParts: { readonly [name: string]: number } = {
  getHours: 3_600_000,
  getMinutes: 60_000,
  getSeconds: 1_000,
  getMilliseconds: 1,
};

function partsOfTime(): FunctionTable {
  const table: { [name: string]: FunctionOverload[] } = {};
  for (const [name, part] of Object.entries(timestampParts)) {
    table[name] = [overload(['timestamp'], 'int', (_, at: Timestamp) => BigInt(part(new Date(at.ms))))];
  }
  for (const [name, unitMs] of Object.entries(durationParts)) {
    table[name]!.push(overload(['duration'], 'int', (_, length: Duration) => BigInt(Math.trunc(length.ms / unitMs))));
  }
  return table;
}

const optionals: FunctionTable = {
  hasValue: [overload(['optional'], 'bool', (_, optional: Optional) => optional.value !== undefined)],
  value: [
    overload(['optional'], 'dyn', (_, { value }: Optional) => {
      if (value === undefined) throw new Failing('the optional has no value');
      return value;
    }),
  ],
};

/** Functions called on a value, as `x.size()`; it is their first argument. */
export const METHODS: FunctionTable = { ...texts, ...partsOfTime(), ...optionals, size: SIZE };

/** Functions of the name `optional`: `optional.of(x)`, `optional.none()`. */
export const OPTIONAL_FUNCTIONS: FunctionTable = {
  of: [overload(['any'], 'optional', (_, value: Value) => new Optional(value))],
  none: [overload([], 'optional', () => new Optional(undefined))],
};
