import { didYouMean, suggester } from '../../kernel/did-you-mean.js';
import { MAX_DURATION_MS, formatDuration, parseDuration } from '../../kernel/duration.js';
import { hasExpression } from '../../kernel/expression.js';
import { pointerTo } from '../../kernel/json-pointer.js';
import type { Json, JsonObject } from '../../kernel/json.js';
import type { Report } from './faults.js';

/** What a part of a document may be: checked by us, with faults to learn from, and told to others as JSON Schema. */
export interface Shape {
  readonly schema: JsonObject;
  check(value: Json, pointer: string, report: Report): void;
}

/** The same shape, told to editors in a sentence, and by what may be written there. */
export function described(shape: Shape, description: string, ...examples: readonly Json[]): Shape {
  const more: JsonObject = examples.length === 0 ? {} : { examples };
  return { ...shape, schema: { description, ...shape.schema, ...more } };
}

/** The name of a value's type, with its article, as a message needs it. */
export function typeName(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return TYPE_NAMES[typeof value]!;
}
const TYPE_NAMES: { readonly [type: string]: string } = {
  object: 'an object',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
};

/** The value as it may be shown in a message. */
export function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function wrongType(report: Report, pointer: string, wanted: string, value: Json): void {
  report.add('definition.wrong-type', pointer, `this must be ${wanted}, and is ${typeName(value)}`);
}

export const anything: Shape = { schema: {}, check: () => undefined };

export const flag: Shape = {
  schema: { type: 'boolean' },
  check(value, pointer, report) {
    if (typeof value !== 'boolean') wrongType(report, pointer, 'true or false', value);
  },
};

export const text: Shape = {
  schema: { type: 'string' },
  check(value, pointer, report) {
    if (typeof value !== 'string') wrongType(report, pointer, 'a text', value);
  },
};

/** A text with something in it. */
export const words: Shape = {
  schema: { type: 'string', pattern: String.raw`\S` },
  check(value, pointer, report) {
    text.check(value, pointer, report);
    if (typeof value === 'string' && value.trim() === '') {
      report.add('definition.bad-value', pointer, 'this must not be empty');
    }
  },
};

/** How tasks, task types and definitions are named. */
export const KEY = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;

export function checkKey(key: string, pointer: string, report: Report): void {
  if (KEY.test(key)) return;
  const message = `${shown(key)} is no name: it must begin with a letter or "_", and have only A-Z, a-z, 0-9, "_", "." and "-", at most 128 of them`;
  report.add('definition.bad-key', pointer, message);
}

export const name: Shape = {
  schema: { type: 'string', pattern: KEY.source },
  check(value, pointer, report) {
    if (typeof value === 'string') checkKey(value, pointer, report);
    else wrongType(report, pointer, 'a name', value);
  },
};

export function number(least: number, most: number): Shape {
  return {
    schema: { type: 'number', minimum: least, maximum: most },
    check(value, pointer, report) {
      if (typeof value !== 'number') wrongType(report, pointer, 'a number', value);
      else if (!(value >= least && value <= most)) {
        report.add('definition.bad-value', pointer, `this must be between ${least} and ${most}, and is ${value}`);
      }
    },
  };
}

export function whole(least: number, most: number): Shape {
  const range = number(least, most);
  return {
    schema: { type: 'integer', minimum: least, maximum: most },
    check(value, pointer, report) {
      if (typeof value !== 'number' || Number.isInteger(value)) range.check(value, pointer, report);
      else report.add('definition.bad-value', pointer, `this must be a whole number, and is ${value}`);
    },
  };
}

export function oneOf(...values: readonly string[]): Shape {
  return {
    schema: { enum: values },
    check(value, pointer, report) {
      if (typeof value === 'string' && values.includes(value)) return;
      const meant = typeof value === 'string' ? didYouMean(suggester(values)(value)) : '';
      const wanted = values.map((each) => `"${each}"`).join(' or ');
      report.add('definition.bad-value', pointer, `this must be ${wanted}, and is ${shown(value)}${meant}`);
    },
  };
}

const DURATION_FORMS = 'like 200ms, 30s, 5m, 1h30m, 2d or PT30S';

export function duration({ positive }: { positive: boolean }): Shape {
  return {
    schema: {
      type: 'string',
      pattern: String.raw`^(\d+(\.\d+)?(ms|s|m|h|d))+$|^P`,
      examples: ['200ms', '30s', '5m', '1h'],
    },
    check(value, pointer, report) {
      const ms = typeof value === 'string' ? parseDuration(value) : undefined;
      if (ms === undefined) {
        const hint = typeof value === 'number' ? `for ${value} seconds write ${value}s` : undefined;
        const most = `at most ${formatDuration(MAX_DURATION_MS)}`;
        const message = `this must be a duration ${DURATION_FORMS}, ${most}, and is ${shown(value)}`;
        report.add('definition.bad-duration', pointer, message, hint === undefined ? {} : { hint });
      } else if (positive && ms === 0) {
        report.add('definition.bad-duration', pointer, 'this must be longer than zero');
      }
    },
  };
}

export function listOf(item: Shape, { least = 0 } = {}): Shape {
  return {
    schema: { type: 'array', items: item.schema, minItems: least },
    check(value, pointer, report) {
      if (Array.isArray(value)) {
        if (value.length < least) report.add('definition.bad-value', pointer, 'this list must not be empty');
        for (const [index, each] of value.entries()) item.check(each, pointerTo(pointer, index), report);
        return;
      }
      const hint = typeof value === 'string' ? { hint: `write [${value}]` } : {};
      report.add('definition.wrong-type', pointer, `this must be a list, and is ${typeName(value)}`, hint);
    },
  };
}

export function mapOf(item: Shape, keys: typeof checkKey | null): Shape {
  return {
    schema: { type: 'object', additionalProperties: item.schema, ...(keys ? { propertyNames: name.schema } : {}) },
    check(value, pointer, report) {
      if (!isObject(value)) return wrongType(report, pointer, 'an object', value);
      for (const key of Object.keys(value)) {
        const at = pointerTo(pointer, key);
        keys?.(key, at, report);
        item.check(value[key]!, at, report);
      }
    },
  };
}

export interface Fields {
  readonly [key: string]: Shape;
}

/** An object with these keys. */
export function object(fields: Fields, required: readonly string[] = []): Shape {
  const suggest = () => suggester(Object.keys(fields));
  const properties = Object.fromEntries(Object.entries(fields).map(([key, { schema }]) => [key, schema]));
  return {
    schema: { type: 'object', properties, required, additionalProperties: false },
    check(value, pointer, report) {
      if (!isObject(value)) return wrongType(report, pointer, 'an object', value);
      for (const key of Object.keys(value)) {
        const at = pointerTo(pointer, key);
        if (Object.hasOwn(fields, key)) fields[key]!.check(value[key]!, at, report);
        else report.add('definition.unknown-key', at, `there is no "${key}" here${didYouMean(suggest()(key))}`);
      }
      for (const key of required) {
        if (!Object.hasOwn(value, key)) report.add('definition.missing-key', pointer, `"${key}" is missing here`);
      }
    },
  };
}

/** One shape for a text or a boolean, another for anything else. */
export function shortOr(short: Shape, long: Shape): Shape {
  return {
    schema: { anyOf: [short.schema, long.schema] },
    check(value, pointer, report) {
      const isShort = typeof value === 'string' || typeof value === 'boolean';
      (isShort ? short : long).check(value, pointer, report);
    },
  };
}

/** The shape, or an expression that gives it when it runs. */
export function orExpression(shape: Shape): Shape {
  return {
    schema: { anyOf: [shape.schema, { type: 'string', pattern: String.raw`\$\{` }] },
    check(value, pointer, report) {
      if (typeof value !== 'string' || !hasExpression(value)) shape.check(value, pointer, report);
    },
  };
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
