import fc from 'fast-check';

/** A JSON Schema as far as the API's own document uses it. */
export interface Schema {
  readonly [keyword: string]: unknown;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** Values for the properties of some names, where any value of the schema would lead nowhere. */
export type Known = { readonly [name: string]: fc.Arbitrary<unknown> };

/** Everything that a schema lets through. */
export function arbitraryOf(schema: Schema, known: Known = {}): fc.Arbitrary<unknown> {
  const { anyOf, oneOf, type } = schema;
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if ('const' in schema) return fc.constant(schema.const);
  if (anyOf ?? oneOf) return fc.oneof(...(anyOf ?? oneOf)!.map((each) => arbitraryOf(each, known)));
  return type === undefined ? fc.jsonValue({ maxDepth: 3 }).filter(hasNoPrototype) : OF_TYPE[type]!(schema, known);
}

const hasNoPrototype = (value: unknown) => !JSON.stringify(value).includes('__proto__');

const OF_TYPE: { readonly [type: string]: (schema: Schema, known: Known) => fc.Arbitrary<unknown> } = {
  null: () => fc.constant(null),
  boolean: () => fc.boolean(),
  integer: ({ minimum = -1_000, maximum = 1_000 }) => fc.integer({ min: minimum, max: Math.min(maximum, 2 ** 31 - 1) }),
  number: ({ minimum = -1_000, maximum = 1_000 }) => fc.double({ min: minimum, max: maximum, noNaN: true }),
  string: stringOf,
  array: ({ items = {}, minItems = 0, maxItems = 5 }, known) =>
    fc.array(arbitraryOf(items, known), { minLength: minItems, maxLength: Math.min(maxItems, minItems + 4) }),
  object: objectOf,
};

function stringOf({ pattern, format, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') {
    const range = { min: new Date(0), max: new Date(4_000_000_000_000), noInvalidDate: true };
    return fc.date(range).map((date) => date.toISOString());
  }
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 40) });
}

function objectOf(schema: Schema, known: Known): fc.Arbitrary<unknown> {
  const { properties, required = [], additionalProperties, propertyNames } = schema;
  if (!properties) {
    const keys = propertyNames ? arbitraryOf({ type: 'string', ...propertyNames }, known) : fc.string({ maxLength: 9 });
    const values =
      typeof additionalProperties === 'object'
        ? arbitraryOf(additionalProperties, known)
        : fc.jsonValue({ maxDepth: 2 });
    return fc.dictionary(keys as fc.Arbitrary<string>, values, { maxKeys: 5 }).filter(hasNoPrototype);
  }
  const model = Object.fromEntries(
    Object.entries(properties).map(([name, each]) => [name, known[name] ?? arbitraryOf(each, known)]),
  );
  return fc.record(model, { requiredKeys: required as string[] });
}

/** A value, changed in one place to something that may be wrong. */
export function mutated(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(
      '12',
      '',
      ' ',
      -1,
      1.5,
      1e21,
      '\u0000',
      '${ 1 }',
      '{{__proto__.x}}',
      'x'.repeat(5_000),
      [],
      {},
      null,
    ),
  );
  return fc.tuple(value, fc.nat(), fc.constantFrom('drop', 'add', 'change', 'replace'), anything).map(mutate);
}

function mutate([value, at, how, other]: [unknown, number, string, unknown]): unknown {
  if (typeof value !== 'object' || value === null || how === 'replace') return other;
  const keys = Object.keys(value);
  const copy = structuredClone(value) as Record<string, unknown>;
  if (how === 'add' || keys.length === 0) return { ...copy, [`x${at % 10}`]: other };
  const key = keys[at % keys.length]!;
  if (how === 'drop') delete copy[key];
  else copy[key] = typeof copy[key] === 'object' && at % 2 === 0 ? mutate([copy[key], at >> 1, how, other]) : other;
  return copy;
}
