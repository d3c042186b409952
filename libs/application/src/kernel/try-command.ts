import { type DomainEvent, OrreryError, type StreamId, decide } from '@orrery/domain';
import type { Aggregates } from './aggregates.js';
import { decidedBefore, versionMismatch } from './before-deciding.js';
import type { Client, Envelope } from './envelope.js';
import type { Authorize } from './ports/authorize.js';
import type { Clock } from './ports/clock.js';
import type { Entropy } from './ports/entropy.js';

/** What a command is tried with. */
interface Trying {
  readonly aggregates: Aggregates;
  readonly authorize: Authorize;
  readonly clock: Clock;
  readonly entropy: Entropy;
}

/** The events that a command would bring to a stream. */
export interface Trial {
  readonly id: StreamId;
  readonly events: readonly DomainEvent[];
}

/**
 * The events that a client's command would bring, decided by the rules of `handle` on what the log has now. Nothing of
 * it is kept. It refuses what `handle` would; a command that was decided before brings none.
 */
export async function tryCommand(
  { aggregates, authorize, clock, entropy }: Trying,
  envelope: Envelope & { readonly client: Client },
): Promise<Trial> {
  const { namespace, stream: id, type, command, client } = envelope;
  authorize.check({ id: client.actor }, namespace, command.type);
  const aggregate = await aggregates.read(envelope, type, command);
  const before = decidedBefore(aggregate, envelope) ?? versionMismatch(aggregate, envelope);
  if (before instanceof OrreryError) throw before;
  if (before !== undefined) return { id, events: [] };
  const moment = { now: clock.now(), random: () => entropy.random() };
  return { id, events: decide(aggregate.decider, command, aggregate.state, moment).events };
}
