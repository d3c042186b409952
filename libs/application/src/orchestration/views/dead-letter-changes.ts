import type { DeadLetterEvent, DeadLetterRecorded, DeadLetterStatus, Recorded } from '@orrery/domain';
import type { FollowedCommit } from '../../kernel/follow.js';
import { keyOf } from '../../kernel/ports/log.js';
import type { DeadLetterChange } from '../ports/dead-letter-rows.js';

const STATUS_AFTER: { readonly [T in DeadLetterEvent['type']]: DeadLetterStatus } = {
  DeadLetterRecorded: 'waiting',
  DeadLetterReturned: 'waiting',
  DeadLetterRedriven: 'redriven',
  DeadLetterDropped: 'dropped',
};

/** What commits of dead letters change in their rows: one change a letter. */
export function deadLetterChanges(commits: readonly FollowedCommit[]): readonly DeadLetterChange[] {
  const changes = new Map<string, DeadLetterChange>();
  const inOrder = [...commits].sort((a, b) => a.firstVersion - b.firstVersion);
  for (const commit of inOrder) {
    for (const recorded of commit.recorded() as readonly Recorded<DeadLetterEvent>[]) {
      changes.set(keyOf(commit), { ...changes.get(keyOf(commit)), ...changeBy(recorded, commit) });
    }
  }
  return [...changes.values()];
}

function changeBy({ version, at, event }: Recorded<DeadLetterEvent>, commit: FollowedCommit): DeadLetterChange {
  const { namespace, stream, partition } = commit;
  return {
    ...{ namespace, stream, partition, version },
    status: STATUS_AFTER[event.type],
    changedAt: at,
    ...('reason' in event ? { why: { reason: event.reason, detail: event.detail } } : {}),
    ...(event.type === 'DeadLetterRecorded' ? { recorded: rowOf(event, at) } : {}),
  };
}

function rowOf({ queue, message, bytes }: DeadLetterRecorded, recordedAt: number) {
  return { queue, type: message.type ?? null, messageId: message.messageId ?? null, bytes, recordedAt };
}
