import { CommitUnknown } from '@orrery/application';
import { Unavailable } from '@orrery/domain';
import { SessionLost } from './sim-lane.js';

/** What passes by itself, as it does where things get lost: it is told too, and is no bug. */
export function isPassing(error: unknown): boolean {
  return error instanceof Unavailable || error instanceof CommitUnknown || error instanceof SessionLost;
}
