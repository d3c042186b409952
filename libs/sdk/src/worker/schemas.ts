import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Json } from '../json.js';
import type { FromJsonSchema, JsonSchema } from '../json-schema.js';
import type { StandardIssue, StandardSchema } from './standard-schema.js';
import { NonRetryable } from './task-errors.js';

/** What describes a handler's input: a schema of Zod, or of anything else that keeps the Standard Schema, or a JSON Schema. */
export type InputSchema = StandardSchema | JsonSchema;

/** What a handler gets, once its input has matched. */
export type InputOf<Schema extends InputSchema> =
  Schema extends StandardSchema<infer Output> ? Output : FromJsonSchema<Schema>;

/** Reads an input by its schema. What does not match fails the attempt for good: the same input would come again. */
export type ReadInput = (input: Json) => unknown;

export function inputReader(schema: InputSchema): ReadInput {
  return isStandard(schema) ? standardReader(schema) : jsonSchemaReader(schema);
}

function isStandard(schema: InputSchema): schema is StandardSchema {
  return '~standard' in schema;
}

function standardReader(schema: StandardSchema): ReadInput {
  return async (input) => {
    const result = await schema['~standard'].validate(input);
    if (result.issues) throw mismatch(result.issues.map(({ message, path }) => ({ at: pointerOf(path), message })));
    return result.value;
  };
}

function pointerOf(path: StandardIssue['path'] = []): string {
  return path.map((part) => `/${String(typeof part === 'object' ? part.key : part)}`).join('');
}

function jsonSchemaReader(schema: JsonSchema): ReadInput {
  const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: false });
  (formats as unknown as (ajv: Ajv2020) => void)(ajv);
  const validate: ValidateFunction = ajv.compile(schema);
  return (input) => {
    // Its defaults are filled in where they stand, and the task as it was handed out stays as it is.
    const filled = structuredClone(input);
    if (validate(filled)) return filled;
    throw mismatch((validate.errors ?? []).map(({ instancePath, message = '' }) => ({ at: instancePath, message })));
  };
}

function mismatch(faults: readonly { readonly at: string; readonly message: string }[]): NonRetryable {
  const words = faults.map(({ at, message }) => `${at || 'it'} ${message}`).join('; ');
  return new NonRetryable(`the input does not match its schema: ${words}`, {
    code: 'input.invalid',
    details: faults.map(({ at, message }) => ({ pointer: at, message })),
  });
}
