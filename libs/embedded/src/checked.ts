import { type Part, type RequestFault, invalidRequest, parsePart } from '@orrery/contract';
import { checkedJson } from '@orrery/sdk/parts';
import type { z } from 'zod';
import { plainCopy } from './plain-copy.js';

/** An argument as its schema reads it. Throws `Invalid` with all of its faults, as the API would. */
export function checked<Schema extends z.ZodType>(part: Part, schema: Schema, value: unknown): z.output<Schema> {
  const faults: RequestFault[] = [];
  const read = parsePart(part, schema, value, faults);
  if (faults.length > 0) throw invalidRequest(faults);
  return read as z.output<Schema>;
}

/** A body as it would have travelled: it is the engine's own, whatever its giver does with what it gave. */
export function body<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  return checked('body', schema, plainCopy(value) ?? checkedJson(value).value);
}
