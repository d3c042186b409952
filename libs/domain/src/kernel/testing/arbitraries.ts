import fc from 'fast-check';
import type { Json } from '../json.js';

/** Any JSON, also with keys that are names of prototypes; small. */
export const json: fc.Arbitrary<Json> = fc.jsonValue({ maxDepth: 3 }).map((value) => value as Json);
