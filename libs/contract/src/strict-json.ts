import { isUtf8 } from 'node:buffer';
import type { DocumentReader } from '@orrery/application';
import { type Fault, Invalid, type Json, LIMITS, pointerTo } from '@orrery/domain';
import type { RequestFault } from './request-faults.js';

/** A text larger than this is not read a second time to find the place of its fault, in bytes. */
const LOCATED_BYTES_MAX = 65_536;

/**
 * JSON that says one thing to everybody: UTF-8, no key twice, no number that cannot be kept, no key that means a
 * prototype, at most so deep. Throws `Invalid` (`request.unreadable`) with the places.
 */
export function readJson(bytes: Buffer, documents: DocumentReader): Json {
  if (!isUtf8(bytes)) throw unreadable([fault('', 'is not UTF-8')]);
  const text = bytes.toString();
  const value = parse(text, documents);
  const doubt = look(value);
  if (doubt.tooDeep) throw unreadable([fault('', `nests more than ${LIMITS.depth} deep (depth)`)]);
  if (doubt.key) throw unreadable(wrongKeys(value, ''));
  if (doubt.number) refuseWrongNumbers(value, text);
  // Every member has its colon; those of the texts are known. One more is a member that another one took the place of.
  if (doubt.colons !== colonsIn(text)) refuseDoubles(text, documents);
  return value;
}

/**
 * The same of a value that came in other words than JSON. Throws `Invalid` (`request.unreadable`): whether a whole number
 * that is as large as its neighbours was written like this is not known here, so that it is refused.
 */
export function checkedJson(value: Json): Json {
  const doubt = look(value);
  if (doubt.tooDeep) throw unreadable([fault('', `nests more than ${LIMITS.depth} deep (depth)`)]);
  if (doubt.key) throw unreadable(wrongKeys(value, ''));
  if (doubt.number) throw unreadable([fault('', 'has a number that cannot be kept exactly: send it as a text')]);
  return value;
}

function parse(text: string, documents: DocumentReader): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw unreadable(placesIn(text, documents) ?? [fault('', 'is not JSON')]);
  }
}

/** What has to be looked at again, more closely. */
interface Doubt {
  tooDeep: boolean;
  key: boolean;
  number: boolean;
  /** The colons of the value as JSON: one a member, and those in its texts. */
  colons: number;
}

/** Walks through a value in a loop: what calls itself could be made to run out of stack. */
function look(root: Json): Doubt {
  const doubt: Doubt = { tooDeep: false, key: false, number: false, colons: 0 };
  const waiting: Json[] = [root];
  const depths: number[] = [0];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    const depth = depths.pop()! + 1;
    if (typeof value !== 'object' || value === null) {
      lookAtScalar(value, doubt);
      continue;
    }
    if (depth > LIMITS.depth) return { ...doubt, tooDeep: true };
    if (!Array.isArray(value)) lookAtKeys(value, doubt);
    for (const member of Object.values(value) as Json[]) {
      waiting.push(member);
      depths.push(depth);
    }
  }
  return doubt;
}

function lookAtScalar(value: Json, doubt: Doubt): void {
  if (typeof value === 'string') doubt.colons += colonsIn(value);
  else if (typeof value === 'number') doubt.number ||= !Number.isFinite(value) || isRounded(value);
}

function lookAtKeys(object: object, doubt: Doubt): void {
  for (const key of Object.keys(object)) {
    doubt.colons += 1 + colonsIn(key);
    if (isForbidden(object, key)) doubt.key = true;
  }
}

/** Keys that programs have been attacked with: those that lead to a prototype. */
function isForbidden(object: object, key: string): boolean {
  if (key === '__proto__') return true;
  const member = key === 'constructor' ? (object as { readonly [key: string]: unknown })[key] : undefined;
  return typeof member === 'object' && member !== null && Object.hasOwn(member, 'prototype');
}

function colonsIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) count++;
  return count;
}

/** A whole number that stands for its neighbours too. */
function isRounded(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

function wrongKeys(value: Json, pointer: string): RequestFault[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const at = pointerTo(pointer, key);
    return isForbidden(value, key) ? [fault(at, 'is not a key that may be used')] : wrongKeys(member as Json, at);
  });
}

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(\.\d+)?([eE][+-]?\d+)?/g;

function refuseWrongNumbers(value: Json, text: string): void {
  const faults = endlessNumbers(value, '');
  for (const [token, fraction, exponent] of text.matchAll(TOKENS)) {
    if (token.startsWith('"') || fraction !== undefined || exponent !== undefined || token.length < 16) continue;
    const number = Number(token);
    if (!Number.isFinite(number) || BigInt(number) === BigInt(token)) continue;
    faults.push(
      fault('', `has a whole number of ${token.length} digits that cannot be kept exactly: send it as a text`),
    );
  }
  if (faults.length > 0) throw unreadable(faults);
}

function endlessNumbers(value: Json, pointer: string): RequestFault[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [fault(pointer, 'is larger than any number')];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => endlessNumbers(member as Json, pointerTo(pointer, key)));
}

/** An escaped colon counts as none in the text: whether a key stands twice is then told by who reads every token. */
function refuseDoubles(text: string, documents: DocumentReader): void {
  const places = placesIn(text, documents)?.filter(({ code }) => code === 'document.duplicate-key') ?? [];
  if (places.length > 0) throw unreadable(places);
  if (!/\\u003a/i.test(text)) throw unreadable([fault('', 'has a key twice')]);
}

/** The places of what is wrong, as the reader of documents finds them; nothing if it finds nothing, or it would cost. */
function placesIn(text: string, documents: DocumentReader): RequestFault[] | undefined {
  if (text.length > LOCATED_BYTES_MAX) return undefined;
  try {
    documents.read(text, 'json');
    return undefined;
  } catch (error) {
    if (!(error instanceof Invalid) || error.faults.length === 0) throw error;
    return error.faults.map((each: Fault) => ({ ...each, in: 'body' }));
  }
}

function fault(pointer: string, message: string): RequestFault {
  return { code: 'request.unreadable', message, pointer, in: 'body', severity: 'error' };
}

function unreadable(faults: readonly RequestFault[]): Invalid {
  return new Invalid('request.unreadable', `the body cannot be read: ${worded(faults[0])}`, faults);
}

/** The faults that the reader of documents finds say where they are, and ours what is wrong with what. */
function worded(fault: RequestFault | undefined): string {
  const { line, column, pointer, message } = fault ?? {};
  return line === undefined ? `${pointer || 'it'} ${message}` : `line ${line}, column ${column}: ${message}`;
}
