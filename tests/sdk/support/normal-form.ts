import ts from 'typescript';

/** A type or a schema, reduced to what both can say; alternatives are sorted. */
export type NormalForm =
  string | { readonly list: NormalForm } | { readonly fields: Fields } | { readonly any: readonly NormalForm[] };
interface Fields {
  readonly [name: string]: NormalForm;
}

const ANYTHING = 'anything';

function alternatives(forms: readonly NormalForm[]): NormalForm {
  const flat = forms.flatMap((form) => (typeof form === 'object' && 'any' in form ? form.any : [form]));
  const byText = new Map(flat.map((form) => [JSON.stringify(form), form]));
  if (byText.has(`"${ANYTHING}"`)) return ANYTHING;
  const sorted = [...byText].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, form]) => form);
  return sorted.length === 1 ? sorted[0]! : { any: sorted };
}

interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string | readonly string[];
  readonly items?: Schema;
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

/** Of the schemas of an OpenAPI document. */
export function schemaReader(components: { readonly [name: string]: Schema }): (schema: Schema) => NormalForm {
  const read = (schema: Schema): NormalForm => {
    if (schema.$ref !== undefined) return read(components[schema.$ref.split('/').at(-1)!]!);
    const some = schema.anyOf ?? schema.oneOf;
    if (some) return alternatives(some.map(read));
    if ('const' in schema) return JSON.stringify(schema.const);
    if (schema.enum) return alternatives(schema.enum.map((value) => JSON.stringify(value)));
    if (Array.isArray(schema.type)) return alternatives(schema.type.map((type) => read({ ...schema, type })));
    return ofType(schema);
  };
  const ofType = (schema: Schema): NormalForm => {
    if (schema.type === 'array') return { list: read(schema.items ?? {}) };
    if (schema.type === 'object') return ofObject(schema);
    if (schema.type === 'boolean') return alternatives(['true', 'false']);
    if (schema.type === 'integer') return 'number';
    return (schema.type as string | undefined) ?? ANYTHING;
  };
  const ofObject = (schema: Schema) => {
    const { properties = {}, required = [], propertyNames, additionalProperties: more } = schema;
    const rest = typeof more === 'object' ? read(more) : ANYTHING;
    const named = Object.entries(properties).map(
      ([name, each]) => [name, required.includes(name), read(each)] as const,
    );
    const keys = propertyNames?.enum?.map((name) => [String(name), true, rest] as const) ?? [];
    // Without any names, anything may stand in it.
    const isOpen = keys.length === 0 && (typeof more === 'object' || named.length === 0);
    return fieldsOf([...named, ...keys], isOpen ? rest : undefined);
  };
  return read;
}

function fieldsOf(
  entries: readonly (readonly [name: string, isSure: boolean, form: NormalForm])[],
  rest: NormalForm | undefined,
): NormalForm {
  const named = entries.map(([name, isSure, form]) => [isSure ? name : `${name}?`, form] as const);
  const all = rest === undefined ? named : [...named, ['...', rest] as const];
  return { fields: Object.fromEntries(all.toSorted(([one], [other]) => (one < other ? -1 : 1))) };
}

/** Of TypeScript's types. */
export function typeReader(checker: ts.TypeChecker): (type: ts.Type) => NormalForm {
  const read = (type: ts.Type): NormalForm => {
    if (type.aliasSymbol?.name === 'Json' || type.flags & (ts.TypeFlags.Unknown | ts.TypeFlags.Any)) return ANYTHING;
    // What may be left out says so by its name.
    if (type.isUnion())
      return alternatives(type.types.filter((each) => !(each.flags & ts.TypeFlags.Undefined)).map(read));
    if (type.isStringLiteral()) return JSON.stringify(type.value);
    if (type.flags & ts.TypeFlags.Object) return ofObject(type);
    return checker.typeToString(type);
  };
  const ofObject = (type: ts.Type): NormalForm => {
    if (checker.isArrayType(type)) return { list: read(checker.getTypeArguments(type as ts.TypeReference)[0]!) };
    const index = type.getStringIndexType();
    const entries = checker.getPropertiesOfType(type).map((property) => {
      const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
      return [property.name, !isOptional, read(checker.getTypeOfSymbol(property))] as const;
    });
    return fieldsOf(entries, index && read(index));
  };
  return read;
}
