import { InputSchemas } from '@orrery/application';
import type { Fault, Json, JsonObject } from '@orrery/domain';
import { type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2020, type Options } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { withinTime } from './within-time.js';

/** Every code that a schema inside a definition can be refused with, and what it means. */
export const SCHEMA_FAULTS = Object.freeze({
  'definition.bad-schema':
    'A schema, of the input or of a signal, is no JSON Schema 2020-12, or refers outside itself.',
} as const);

/** How long the patterns of a schema may look at one value, in milliseconds: everything else waits meanwhile. */
const PATTERNS_MS = 500;

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** Looks at schemas. What it looks at them with takes longer to compile than most of them, so that is done once. */
const dialect = newAjv();

interface Validator {
  readonly validate: ValidateFunction;
  /** A regular expression can take minutes over a short text; nothing else in a schema can. */
  readonly hasPatterns: boolean;
}

/** Checks inputs with Ajv. Schemas are compiled once; none is ever fetched, for none may refer outside itself. */
export class AjvInputSchemas extends InputSchemas {
  private readonly compiled = new WeakMap<JsonObject, Validator>();

  override faultsOf(schema: JsonObject): readonly Fault[] {
    try {
      this.validatorOf(schema);
      return [];
    } catch (error) {
      const code: keyof typeof SCHEMA_FAULTS = 'definition.bad-schema';
      return [fault(code, '', `this is no JSON Schema: ${(error as Error).message}`)];
    }
  }

  override check(schema: JsonObject, input: Json) {
    const { validate, hasPatterns } = this.validatorOf(schema);
    // Defaults are filled into a copy: what the caller holds stays as it was sent.
    const value = structuredClone(input);
    const outcome = hasPatterns ? withinTime(PATTERNS_MS, () => validate(value)) : { value: validate(value) };
    if (outcome === undefined) {
      return {
        faults: [fault('input.too-costly', '', `the patterns of its schema take longer than ${PATTERNS_MS} ms`)],
      };
    }
    if (outcome.value) return { value, faults: [] as const };
    return { faults: (validate.errors ?? []).map(faultOf) };
  }

  private validatorOf(schema: JsonObject): Validator {
    let validator = this.compiled.get(schema);
    if (!validator) {
      const hasPatterns = /"pattern(Properties)?":/.test(JSON.stringify(schema));
      this.compiled.set(schema, (validator = { validate: compile(schema), hasPatterns }));
    }
    return validator;
  }
}

function newAjv(more: Options = {}): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: false, validateFormats: true, ...more });
  addFormats.default(ajv);
  return ajv;
}

function compile(schema: JsonObject): ValidateFunction {
  const { $schema = DIALECT } = schema;
  if ($schema === DIALECT && !dialect.validateSchema(schema)) {
    throw new Error(`schema is invalid: ${dialect.errorsText()}`);
  }
  // One Ajv a schema: an `$id` that two definitions share is no conflict.
  return newAjv({ validateSchema: $schema !== DIALECT }).compile(schema);
}

function faultOf({ instancePath, keyword, message, params }: ErrorObject): Fault {
  const named = params['missingProperty'] ?? params['additionalProperty'];
  const pointer = named === undefined ? instancePath : `${instancePath}/${escape(String(named))}`;
  return fault(`input.${keyword}`, pointer, message ?? 'does not match the schema');
}

function fault(code: string, pointer: string, message: string): Fault {
  return { code, pointer, message, severity: 'error' };
}

function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
