import { type DomainEvent, type Recorded, UPCASTERS } from '@orrery/domain';
import { type FollowedCommit, readLater } from '../kernel/follow.js';
import type { Commit } from '../kernel/ports/log.js';
import { type CommitText, type RecordedCommand, commandsIn, eventsIn } from '../kernel/recorded-commit.js';

/** The commands that decided a commit of this context. */
export function commandsOf<E extends DomainEvent>(commit: CommitText): readonly RecordedCommand<E>[] {
  return commandsIn<E>(commit, UPCASTERS);
}

/** The events of a commit of this context, as they stand in the stream. */
export function eventsOf<E extends DomainEvent>(commit: CommitText): readonly Recorded<E>[] {
  return eventsIn<E>(commit, UPCASTERS);
}

/** A commit of this context that was read, as followers see it. */
export function followed(commit: Commit): FollowedCommit {
  return readLater(commit, UPCASTERS);
}
