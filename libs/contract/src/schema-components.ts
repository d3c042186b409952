import { z } from 'zod';

/** A JSON Schema, or a part of a document around it. */
export type Schema = { readonly [key: string]: unknown };

/** Schemas that have a name of their own, gathered while the document is written. */
export class SchemaComponents {
  readonly schemas: { [name: string]: Schema } = {};

  /** JSON Schema of what is written, not of what is made of it: `as` says what stands for a text with a meaning. */
  schemaOf(schema: z.ZodType): Schema {
    const {
      $schema: _,
      $defs,
      ...rest
    } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
      readonly $defs?: { readonly [name: string]: Schema };
    } & Schema;
    for (const [name, each] of Object.entries($defs ?? {})) this.schemas[name] = resolveAs(each) as Schema;
    const { id } = rest;
    if (typeof id !== 'string') return resolveAs(rest) as Schema;
    this.schemas[id] = resolveAs(rest) as Schema;
    return refTo('schemas', id);
  }
}

/** Leads to a part of the same document. */
export function refTo(part: string, name: string): Schema {
  return { $ref: `#/components/${part}/${name}` };
}

/** The schema with what our own words in it stand for: `as` another schema, `id` a name in the document. */
function resolveAs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolveAs);
  if (typeof value !== 'object' || value === null) return value;
  const { as, $ref, ...rest } = value as { readonly [key: string]: unknown };
  if (typeof $ref === 'string') return refTo('schemas', $ref.slice('#/$defs/'.length));
  const { description } = rest;
  if (as !== undefined) return { ...as, ...(description === undefined ? {} : { description }) };
  // A property may be called `id`; a name is a text.
  const members = Object.entries(rest).filter(([key, each]) => key !== 'id' || typeof each !== 'string');
  return Object.fromEntries(members.map(([key, each]) => [key, resolveAs(each)]));
}
