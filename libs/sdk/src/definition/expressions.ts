import type { Json } from '../json.js';

/** Where the text of an expression is kept; a symbol, so that every name may be a field. */
const CEL = Symbol('cel');

/** An expression of a definition: alone it keeps its type, in a longer text its value is written into it. */
export interface Expression<Value = unknown> {
  readonly [CEL]: string;
  /** Only for the compiler: what the expression gives. */
  readonly [VALUE]?: Value;
  toString(): string;
}
declare const VALUE: unique symbol;

type Fields<Value> = Value extends readonly (infer Item)[]
  ? { readonly [index: number]: Reference<Item> }
  : Value extends object
    ? { readonly [Key in keyof Value]-?: Reference<Exclude<Value[Key], undefined>> }
    : unknown;

/** Something that a run will know: its input, an output, an item. Its fields are references too. */
export type Reference<Value = unknown> = Expression<Value> &
  (unknown extends Value
    ? { readonly [key: string]: Reference }
    : [Json] extends [Value]
      ? { readonly [key: string]: Reference }
      : Fields<Value>);

/** A value of a document, with expressions anywhere in it. */
export type Template =
  | Expression
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Template[]
  | { readonly [key: string]: Template };

/** An expression in CEL. References stand for themselves, other values become literals: `` cel`${ input.n } * ${2}` ``. */
export function cel<Value = unknown>(strings: TemplateStringsArray, ...values: readonly Template[]): Expression<Value> {
  return expression(strings.map((text, index) => text + (index < values.length ? source(values[index]) : '')).join(''));
}

/** A text in which `${` has no meaning. */
export function literal(text: string): string {
  return text.replaceAll('${', () => '$${');
}

/** The document's form of a value: what an expression stands in is written `${ ... }`. */
export function resolve(template: Template): Json {
  return JSON.parse(
    JSON.stringify(template, (_key, value: unknown) => (isExpression(value) ? String(value) : value)) ?? 'null',
  ) as Json;
}

/** A reference whose fields are references: each is made when it is asked for. */
export function reference<Value>(text: string): Reference<Value> {
  return new Proxy(expression(text), {
    get(target, key) {
      if (typeof key === 'symbol') return Reflect.get(target, key) as unknown;
      return reference(`${text}${access(key)}`);
    },
  }) as Reference<Value>;
}

/** How a field is read: by its name, or by what stands in brackets. */
export function access(key: string): string {
  if (/^\d+$/.test(key)) return `[${key}]`;
  return NAME.test(key) && !RESERVED.has(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Words that CEL keeps for itself. */
const RESERVED = new Set(
  'as break const continue else false for function if import in let loop namespace null package return true var void while'.split(
    ' ',
  ),
);

function expression<Value>(text: string): Expression<Value> {
  const written = `\${ ${text.trim()} }`;
  const inText = () => written;
  return { [CEL]: text, toString: inText, [Symbol.toPrimitive]: inText } as Expression<Value>;
}

function isExpression(value: unknown): value is Expression {
  return typeof value === 'object' && value !== null && CEL in value;
}

function source(value: Template): string {
  return isExpression(value) ? value[CEL] : JSON.stringify(value ?? null);
}
