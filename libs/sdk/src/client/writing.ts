import type { CallOptions } from './http-connection.js';

/** What every write takes. */
export interface WriteOptions extends CallOptions {
  /** Makes the write repeatable: the same key and body, the same answer. It is then tried again by itself. */
  readonly idempotencyKey?: string;
}

/** What a command to a run takes. */
export interface CommandOptions extends WriteOptions {
  /** The version that the run must be at; the command is refused with 412 if it is at another. */
  readonly ifVersion?: number;
}

/** The headers of a write. */
export function writeHeaders({ idempotencyKey, ifVersion }: CommandOptions): {
  readonly [name: string]: string | undefined;
} {
  return {
    'idempotency-key': idempotencyKey,
    'if-match': ifVersion === undefined ? undefined : `"${ifVersion}"`,
  };
}
