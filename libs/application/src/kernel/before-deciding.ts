import { Conflict, KeyReused, OrreryError, Refused } from '@orrery/domain';
import type { Aggregate } from './aggregate.js';
import { noSuch } from './aggregates.js';
import type { Envelope } from './envelope.js';

// What can be said of a command before it is decided.

/** It waited until it was no longer meant. */
export function overtaken({ isMeant }: Envelope): Refused | undefined {
  if (isMeant === undefined || isMeant()) return undefined;
  return new Refused('command.overtaken', 'it is not meant any more');
}

/** The same key and body were decided before: the same answer. Another body: no. */
export function decidedBefore(aggregate: Aggregate, envelope: Envelope): number | OrreryError | undefined {
  const { client } = envelope;
  if (aggregate.type !== envelope.type) return noSuch(envelope, envelope.type);
  if (aggregate.type.isDeleted(aggregate.state)) return undefined;
  const seen = client && aggregate.seen.get(client.id);
  if (!seen) return undefined;
  if (seen.body === client.body) return seen.version;
  return new KeyReused('key.reused', 'this idempotency key was used before, with another request');
}

/** The stream is at another version than the sender wants it to be. */
export function versionMismatch({ version }: Aggregate, { ifMatch }: Envelope): Conflict | undefined {
  if (ifMatch === undefined || ifMatch === version) return undefined;
  return new Conflict('version.mismatch', `the version asked for is ${ifMatch}, and it is ${version}`, { version });
}
