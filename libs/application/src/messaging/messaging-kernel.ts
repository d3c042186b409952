import type { Aggregates } from '../kernel/aggregates.js';
import type { Handle } from '../kernel/handle.js';
import type { Authorize } from '../kernel/ports/authorize.js';
import type { Clock } from '../kernel/ports/clock.js';
import type { Entropy } from '../kernel/ports/entropy.js';
import type { StreamType } from '../kernel/stream-type.js';

/** What the context's command handlers are built on: the shell, and the kind of its streams. */
export interface MessagingKernel {
  readonly handle: Handle;
  readonly aggregates: Aggregates;
  readonly letters: StreamType;
  readonly authorize: Authorize;
  readonly clock: Clock;
  readonly entropy: Entropy;
}
