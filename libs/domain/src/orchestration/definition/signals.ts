import { hasExpression } from '../../kernel/expression.js';
import type { Json, JsonObject } from '../../kernel/json.js';
import { pointerTo } from '../../kernel/json-pointer.js';
import { type Outline, outlineOf } from './outline.js';
import type { Signals } from './plan.js';
import { isObject } from './shape.js';

/** What waits for a signal: a `wait` task, or one that undoes another. */
interface Waiting {
  readonly input: JsonObject;
  /** Where its input stands in the document. */
  readonly pointer: string;
}

/** The signals that a definition waits for, and what their payloads must be. */
export function signalsOf(outline: Outline): Signals {
  const schemas = new Map<string, JsonObject[]>();
  let computed = false;
  for (const { input } of waitingIn(outline)) {
    const { signal, schema } = input;
    if (typeof signal !== 'string' || hasExpression(signal)) computed = true;
    else schemas.set(signal, [...(schemas.get(signal) ?? []), ...(isObject(schema) ? [schema] : [])]);
  }
  return { schemas, computed };
}

/** The schemas of signals in a document, each with its place: whoever knows JSON Schema checks that they are some. */
export function signalSchemasOf(document: Json): readonly { readonly schema: JsonObject; readonly pointer: string }[] {
  return waitingIn(outlineOf(document)).flatMap(({ input: { schema }, pointer }) =>
    isObject(schema) ? [{ schema, pointer: `${pointer}/schema` }] : [],
  );
}

function waitingIn({ tasks }: Outline): Waiting[] {
  return tasks.flatMap(({ body, pointer }) => {
    const { compensate } = body;
    const undoing = isObject(compensate) ? [{ body: compensate, pointer: pointerTo(pointer, 'compensate') }] : [];
    return [{ body, pointer }, ...undoing].flatMap(({ body: { type, input = {} }, pointer: at }) =>
      // A whole input may be an expression, and then its name is computed, too.
      type === 'wait' ? [{ input: isObject(input) ? input : {}, pointer: pointerTo(at, 'input') }] : [],
    );
  });
}
