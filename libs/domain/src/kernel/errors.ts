import type { Json, JsonObject } from './json.js';

/** One of several faults in an input: where it is (a JSON pointer), what it is, and how to mend it. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  /** JSON pointer (RFC 6901) into the input. */
  readonly pointer: string;
  readonly severity: 'error' | 'warning';
  readonly hint?: string;
  /** Where the fault is inside a text: counted from 0, in characters from the start of the text that `pointer` names. */
  readonly offset?: number;
  /** Where the input was text: counted from 1. */
  readonly line?: number;
  readonly column?: number;
}

/**
 * What can go wrong in the ordinary way. The class says the kind, `code` says which (`task.lease-lost`), the message
 * says it to a person. HTTP numbers live at the edge. Anything that is not one of these is a bug.
 */
export abstract class OrreryError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly details: JsonObject = {},
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** The input is wrong; sending it again will not help. */
export class Invalid extends OrreryError {
  constructor(
    code: string,
    message: string,
    readonly faults: readonly Fault[] = [],
    details: JsonObject = {},
  ) {
    super(code, message, details);
  }
}

/** There is no such thing, or the one who asks may not know of it. */
export class NotFound extends OrreryError {}

/** There was one, and it was deleted. */
export class Gone extends OrreryError {}

/** The one who asks may not do this. */
export class Forbidden extends OrreryError {}

/** The state does not allow it, now. Thrown by deciders, before their first event. */
export class Refused extends OrreryError {}

/** Somebody else was faster: the version asked for is no longer the version there is. */
export class Conflict extends OrreryError {}

/** An idempotency key was used before, with another body. */
export class KeyReused extends OrreryError {}

/** A limit was exceeded; `details` names it. */
export class TooLarge extends OrreryError {
  constructor(code: string, message: string, limit: string, value: number) {
    super(code, message, { limit, value });
  }
}

/** Not now: something that is needed cannot be reached. Try again later. */
export class Unavailable extends OrreryError {
  constructor(
    code: string,
    message: string,
    readonly retryAfterMs = 1000,
    details: JsonObject = {},
  ) {
    super(code, message, details);
  }
}

/** A newer release recorded it, and this one cannot read it: a process of that release has to. */
export class TooNew extends Unavailable {}

/** What is recorded of a failure: of an attempt, or of a whole run. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly details?: Json;
}
