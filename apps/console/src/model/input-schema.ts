import type { Json, JsonObject } from '../api/types.js';

/** What a value is asked for with: a field of its own, or its JSON. */
export type FieldKind = 'text' | 'number' | 'choice' | 'flag' | 'object' | 'list' | 'json';

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const MIXED = ['oneOf', 'anyOf', 'allOf', 'if', '$dynamicRef', 'patternProperties', 'prefixItems'];
const HOPS_MAX = 8;

/** A schema with its reference followed, where that leads to a place in the same document. */
export function resolved(schema: Json | undefined, root: Json): JsonObject {
  let at = schema;
  for (let hop = 0; hop < HOPS_MAX && isObject(at) && typeof at['$ref'] === 'string'; hop++) {
    const { $ref, ...beside } = at;
    const target = String($ref).startsWith('#') ? pointed(root, String($ref).slice(1)) : undefined;
    at = isObject(target) ? { ...target, ...beside } : beside;
  }
  return isObject(at) ? at : {};
}

function pointed(root: Json, pointer: string): Json | undefined {
  const words = pointer
    .split('/')
    .slice(1)
    .map((word) => decodeURIComponent(word).replace(/~1/g, '/').replace(/~0/g, '~'));
  return words.reduce<Json | undefined>((at, word) => (isObject(at) ? at[word] : undefined), root);
}

/** Which field a schema asks for; what no field can say is asked for as JSON. */
export function kindOf(schema: JsonObject): FieldKind {
  if (MIXED.some((word) => word in schema)) return 'json';
  if (Array.isArray(schema['enum'])) return 'choice';
  const kinds: { readonly [type: string]: FieldKind } = {
    string: 'text',
    number: 'number',
    integer: 'number',
    boolean: 'flag',
  };
  const type = schema['type'];
  if (typeof type !== 'string') return isObject(schema['properties']) ? 'object' : 'json';
  if (type === 'object') return isObject(schema['properties']) ? 'object' : 'json';
  if (type === 'array') return isObject(schema['items']) ? 'list' : 'json';
  return kinds[type] ?? 'json';
}

/** The fields of an object, in the order in which they are written. */
export function propertiesOf(schema: JsonObject): readonly (readonly [string, Json])[] {
  const properties = schema['properties'];
  return isObject(properties) ? Object.entries(properties) : [];
}

export function isRequired(schema: JsonObject, name: string): boolean {
  const required = schema['required'];
  return Array.isArray(required) && required.includes(name);
}

/** What a form begins with: defaults, and an empty place for everything that must be there. */
export function initialValue(schema: Json | undefined, root: Json, depth = 0): Json | undefined {
  const at = resolved(schema, root);
  if (at['default'] !== undefined) return at['default'];
  if (depth > HOPS_MAX) return undefined;
  const begin = BEGINNINGS[kindOf(at)];
  return begin ? begin(at, root, depth) : depth === 0 ? {} : undefined;
}

/** What each kind of field begins with; a number, and what is asked for as JSON, with nothing. */
const BEGINNINGS: {
  readonly [kind in FieldKind]?: (schema: JsonObject, root: Json, depth: number) => Json | undefined;
} = {
  text: () => '',
  flag: () => false,
  choice: (schema) => (schema['enum'] as readonly Json[])[0],
  list: (schema, root, depth) =>
    Number(schema['minItems'] ?? 0) > 0 ? [initialValue(schema['items'], root, depth + 1) ?? null] : [],
  object: (schema, root, depth) =>
    Object.fromEntries(
      propertiesOf(schema).flatMap(([name, property]) => {
        const isWanted = isRequired(schema, name) || resolved(property, root)['default'] !== undefined;
        const value = isWanted ? initialValue(property, root, depth + 1) : undefined;
        return value === undefined ? [] : [[name, value] as const];
      }),
    ),
};

/** What is asked, in a few words: `text, at least 1 character`. */
export function sayWanted(schema: JsonObject): string {
  const words = Object.entries(WANTED).flatMap(([name, say]) =>
    schema[name] === undefined ? [] : [say(schema[name])],
  );
  return words.join(', ');
}

const WANTED: { readonly [keyword: string]: (value: Json) => string } = {
  minLength: (value) => (value === 1 ? 'not empty' : `at least ${String(value)} characters`),
  maxLength: (value) => `at most ${String(value)} characters`,
  minimum: (value) => `at least ${Number(value).toLocaleString('en')}`,
  maximum: (value) => `at most ${Number(value).toLocaleString('en')}`,
  exclusiveMinimum: (value) => `more than ${String(value)}`,
  exclusiveMaximum: (value) => `less than ${String(value)}`,
  minItems: (value) => `at least ${String(value)}`,
  maxItems: (value) => `at most ${String(value)}`,
  pattern: (value) => `like ${String(value)}`,
  format: (value) => String(value),
};
