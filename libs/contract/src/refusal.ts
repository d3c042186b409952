import {
  Conflict,
  Forbidden,
  Gone,
  Invalid,
  type JsonObject,
  KeyReused,
  NotFound,
  OrreryError,
  Refused,
  TooLarge,
  Unavailable,
} from '@orrery/domain';
import { KINDS, type Kind, passesByItself } from './problem-codes.js';
import type { RequestFault } from './request-faults.js';
import { shownFault } from './shown.js';

const KIND_OF_CLASS: readonly (readonly [abstract new (...args: never[]) => OrreryError, Kind])[] = [
  [Invalid, 'Invalid'],
  [NotFound, 'NotFound'],
  [Gone, 'Gone'],
  [Forbidden, 'Forbidden'],
  [Refused, 'Refused'],
  [Conflict, 'Conflict'],
  [KeyReused, 'KeyReused'],
  [TooLarge, 'TooLarge'],
  [Unavailable, 'Unavailable'],
];

/** What became of an error at the edge: its kind, and what may be said of it. */
export interface Refusal {
  readonly kind: Kind;
  readonly code: string;
  readonly message: string;
  readonly details: JsonObject;
  readonly faults: readonly RequestFault[];
}

const BUG: Refusal = {
  kind: 'Bug',
  code: 'internal.bug',
  message: 'something went wrong here; the log has it under this requestId',
  details: {},
  faults: [],
};

/** The error as a refusal, of the kind that its class says. One that nobody foresaw says nothing of itself. */
export function refusalOf(error: unknown, kind = kindOf(error)): Refusal {
  if (!kind || !(error instanceof OrreryError)) return BUG;
  const { code, message } = error;
  // What is the matter inside is nobody's business outside.
  const details = kind === 'Unavailable' ? {} : error.details;
  return { kind, code, message, details, faults: error instanceof Invalid ? error.faults.map(shownFault) : [] };
}

function kindOf(error: unknown): Kind | undefined {
  return KIND_OF_CLASS.find(([type]) => error instanceof type)?.[1];
}

/** Why one of many was refused. */
export function problemOfItem({ kind, code, message, faults }: Refusal) {
  const { status, title } = KINDS[kind];
  const errors = faults.length === 0 ? {} : { errors: [...faults] };
  return { status, code, title, detail: message, retryable: passesByItself(kind), ...errors };
}
