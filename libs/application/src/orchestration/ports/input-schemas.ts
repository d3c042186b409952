import type { Fault, Json, JsonObject } from '@orrery/domain';

/** Checks inputs by the JSON Schema (2020-12) that their definition states. */
export abstract class InputSchemas {
  /** What is wrong with a schema itself; its pointers begin at the schema. */
  abstract faultsOf(schema: JsonObject): readonly Fault[];
  /** The input with the schema's defaults filled in, or every fault at once; its pointers begin at the input. */
  abstract check(
    schema: JsonObject,
    input: Json,
  ): { readonly value: Json; readonly faults: readonly [] } | { readonly faults: readonly Fault[] };
}
