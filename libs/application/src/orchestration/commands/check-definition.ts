import { type Fault, type Json, type JsonObject, type Plan, compileDefinition, signalSchemasOf } from '@orrery/domain';
import type { DocumentReader } from '../ports/document-reader.js';
import type { InputSchemas } from '../ports/input-schemas.js';

/** A definition as text, the way its author wrote it. */
export interface DefinitionText {
  readonly text: string;
  readonly format: 'json' | 'yaml';
}

/** What is in a definition: its plan and warnings, or every fault at once. */
export interface CheckedDefinition {
  readonly plan: Plan | undefined;
  readonly document: Json;
  readonly faults: readonly Fault[];
}

/** Reads and compiles a definition's text; each fault gets its line and column. */
export function checkDefinition(
  { documents, inputSchemas }: { readonly documents: DocumentReader; readonly inputSchemas: InputSchemas },
  { text, format }: DefinitionText,
): CheckedDefinition {
  const { value, locate } = documents.read(text, format);
  const { plan, faults } = compileWithSchema(value, inputSchemas);
  return {
    plan,
    document: value,
    faults: faults.map((fault) => ({ ...fault, ...locate(fault.pointer, fault.offset) })),
  };
}

/** Compiles a definition, and checks that its schemas, of its input and of signals, are some. */
export function compileWithSchema(
  document: Json,
  inputSchemas: InputSchemas,
): { readonly plan: Plan | undefined; readonly faults: readonly Fault[] } {
  const compiled = compileDefinition(document);
  const schema = (document as { input?: unknown } | null)?.input;
  const isObject = typeof schema === 'object' && schema !== null && !Array.isArray(schema);
  const schemas = isObject ? [{ schema: schema as JsonObject, pointer: '/input' }] : [];
  const ofSchemas = [...schemas, ...signalSchemasOf(document)].flatMap(({ schema: each, pointer }) =>
    inputSchemas.faultsOf(each).map((fault) => ({ ...fault, pointer: pointer + fault.pointer })),
  );
  const plan = 'plan' in compiled && ofSchemas.length === 0 ? compiled.plan : undefined;
  return { plan, faults: [...compiled.faults, ...ofSchemas] };
}
