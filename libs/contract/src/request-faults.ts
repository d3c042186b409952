import { type Fault, Invalid, type Json, didYouMean, pointerTo, suggester } from '@orrery/domain';
import type { z } from 'zod';

/** Where in a request something stands. */
export type Part = 'body' | 'query' | 'path' | 'header';

/** A fault of a request: the part it is in, and the place in that part. */
export interface RequestFault extends Fault {
  readonly in: Part;
}

type Issue = z.core.$ZodIssue;

/** A request with everything that is wrong with it. */
export function invalidRequest(faults: readonly RequestFault[]): Invalid {
  const [first] = faults;
  const place = first && `${first.in} ${first.pointer || 'as a whole'}`;
  const more = faults.length > 1 ? `, and ${faults.length - 1} more` : '';
  return new Invalid('request.invalid', `the request is not valid: ${place} ${first?.message}${more}`, faults);
}

/** What a schema found, as faults: the unknown fields one by one, of alternatives the one that comes closest. */
export function faultsOf(part: Part, issues: readonly Issue[], schema: z.ZodType): RequestFault[] {
  return issues.flatMap((issue) => faultsOfIssue(part, issue, '', schema));
}

function faultsOfIssue(part: Part, issue: Issue, base: string, schema: z.ZodType | undefined): RequestFault[] {
  const pointer = issue.path.reduce<string>((at, key) => pointerTo(at, key as string | number), base);
  if (issue.code === 'unrecognized_keys') return unknownFields(part, pointer, issue.keys, schema);
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const closest = issue.errors.reduce((best, each) => (isCloser(each, best) ? each : best));
    return closest.flatMap((each) => faultsOfIssue(part, each, pointer, undefined));
  }
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  const [code, message] = isMissing ? ['request.missing-field', 'is missing'] : [codeOf(issue), lowered(issue.message)];
  return [{ code, message, pointer, in: part, severity: 'error' }];
}

/** Of two readings the one whose faults lie deeper, or else are fewer, is what was meant. */
function isCloser(one: readonly Issue[], other: readonly Issue[]): boolean {
  const depth = (issues: readonly Issue[]) => Math.max(...issues.map(({ path }) => path.length));
  return depth(one) === depth(other) ? one.length < other.length : depth(one) > depth(other);
}

function unknownFields(part: Part, base: string, keys: readonly string[], schema?: z.ZodType): RequestFault[] {
  const shape = base === '' && schema && 'shape' in schema ? Object.keys(schema.shape as object) : [];
  const suggest = suggester(shape);
  return keys.map((key) => {
    const message = `there is no such field${didYouMean(suggest(key))}`;
    return { code: 'request.unknown-field', message, pointer: pointerTo(base, key), in: part, severity: 'error' };
  });
}

function codeOf({ code }: Issue): string {
  return code === 'invalid_type' ? 'request.wrong-type' : 'request.bad-value';
}

/** Our own messages begin small, as the rest of a sentence; those of the library do not. */
function lowered(message: string): string {
  return message.replace(/^(Invalid|Too)( input)?:? ?/, (_, word: string) => (word === 'Too' ? 'too ' : ''));
}

/** The same for what is not a schema's to find. */
export function badHeader(name: string, message: string): RequestFault {
  return { code: 'request.bad-value', message, pointer: pointerTo('', name), in: 'header', severity: 'error' };
}

/** What a parser made of a part, with its faults told to whoever collects them. */
export function parsePart<Schema extends z.ZodType>(
  part: Part,
  schema: Schema | undefined,
  value: unknown,
  faults: RequestFault[],
): z.output<Schema> | undefined {
  if (!schema) return refuseAny(part, value as { [key: string]: Json } | null | undefined, faults);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  faults.push(...faultsOf(part, parsed.error.issues, schema));
  return undefined;
}

/** Where nothing is expected, everything is unknown. */
function refuseAny(part: Part, value: object | null | undefined, faults: RequestFault[]): undefined {
  if (part !== 'body') {
    for (const key in value) faults.push(...unknownFields(part, '', [key]));
  } else if (value !== undefined) {
    faults.push({ code: 'request.unknown-field', message: 'takes no body', pointer: '', in: part, severity: 'error' });
  }
  return undefined;
}
