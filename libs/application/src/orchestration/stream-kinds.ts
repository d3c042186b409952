import type { FollowedCommit } from '../kernel/follow.js';
import type { Commit } from '../kernel/ports/log.js';

/** What a stream is of. */
export type StreamKind = 'workflow' | 'definition' | 'dead-letter';

// A stream holds events of one kind, so that the first event of any commit tells. Most commits are of runs: no event of a
// run begins as those of all other streams do, and one look is enough.
const OTHERS = 'De';
const DEFINITION = 'Definition';
/** How the text of a commit begins that is of no run. */
export const NOT_OF_RUN = `[{"type":"${OTHERS}`;

/** The kind of stream in which events of this type stand. */
export function kindOfEvent(type: string): StreamKind {
  if (!type.startsWith(OTHERS)) return 'workflow';
  return type.startsWith(DEFINITION) ? 'definition' : 'dead-letter';
}

/** What stream a commit is of. */
export function kindOf({ recorded }: Pick<FollowedCommit, 'recorded'>): StreamKind {
  return kindOfEvent(recorded()[0]!.event.type);
}

/** Whether a commit is of a run, as it stands in the log: the text tells without being parsed. */
export function isTextOfRun({ events }: Pick<Commit, 'events'>): boolean {
  return !events.startsWith(NOT_OF_RUN);
}
