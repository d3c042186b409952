import type { Json, JsonObject } from './json.js';

/** A JSON Schema (2020-12), as an object. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly [keyword: string]: unknown;
}

interface Scalars {
  string: string;
  number: number;
  integer: number;
  boolean: boolean;
  null: null;
}

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/** What a JSON Schema lets through, as far as its types, properties, items, `enum` and `const` tell; else any JSON. */
export type FromJsonSchema<Schema> = Schema extends { readonly const: infer Value }
  ? Value
  : Schema extends { readonly enum: readonly (infer Value)[] }
    ? Value
    : Schema extends { readonly type: readonly (infer Type)[] }
      ? Type extends string
        ? FromJsonSchema<Omit<Schema, 'type'> & { readonly type: Type }>
        : never
      : Schema extends { readonly type: keyof Scalars }
        ? Scalars[Schema['type']]
        : Schema extends { readonly type: 'array' }
          ? readonly FromItems<Schema>[]
          : Schema extends { readonly type: 'object' }
            ? FromObject<Schema>
            : Json;

type FromItems<Schema> = Schema extends { readonly items: infer Items } ? FromJsonSchema<Items> : Json;

type FromObject<Schema> = Schema extends { readonly properties: infer Properties }
  ? Mutable<
      {
        readonly [Key in keyof Properties as Key extends Sure<Schema> ? Key : never]: FromJsonSchema<Properties[Key]>;
      } & {
        readonly [Key in keyof Properties as Key extends Sure<Schema> ? never : Key]?: FromJsonSchema<Properties[Key]>;
      }
    >
  : JsonObject;

/** Properties that are there: those required, and those that a default fills in. */
type Sure<Schema> = Required<Schema> | WithDefault<Schema>;
type Required<Schema> = Schema extends { readonly required: readonly (infer Key)[] } ? Key : never;
type WithDefault<Schema> = Schema extends { readonly properties: infer Properties }
  ? { [Key in keyof Properties]: Properties[Key] extends { readonly default: unknown } ? Key : never }[keyof Properties]
  : never;
