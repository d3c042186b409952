import type { Fault } from '../../kernel/errors.js';
import type { Json } from '../../kernel/json.js';
import { compileDefinition } from './compile-definition.js';
import type { Plan } from './plan.js';

type Document = { readonly [key: string]: unknown };

/** A definition with these tasks, and whatever else is said. */
export function documentOf(tasks: unknown, more: Document = {}): Json {
  return { orrery: 'v1', name: 'example', tasks, ...more } as Json;
}

/** The plan of a definition that has one. */
export function planOf(tasks: unknown, more: Document = {}): Plan {
  const compiled = compileDefinition(documentOf(tasks, more));
  if (!('plan' in compiled)) throw new Error(JSON.stringify(compiled.faults, null, 2));
  return compiled.plan;
}

/** The faults of a definition, as `code pointer`; a warning begins with `warning`. */
export function faultsOf(tasks: unknown, more: Document = {}): string[] {
  return compileDefinition(documentOf(tasks, more)).faults.map(inShort);
}

export function inShort({ code, pointer, severity }: Fault): string {
  return `${severity === 'warning' ? 'warning ' : ''}${code} ${pointer}`;
}

/** `{ a: noop, b: noop after a, ... }`. */
export function graphOf(dependsOn: { readonly [key: string]: readonly string[] }): Document {
  return Object.fromEntries(Object.entries(dependsOn).map(([key, after]) => [key, { type: 'noop', dependsOn: after }]));
}
