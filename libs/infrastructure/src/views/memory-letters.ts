import { type DeadLetterChange, type DeadLetterSummary, keyOf } from '@orrery/application';
import type { DeadLetterStatus, Namespace } from '@orrery/domain';
import { isNew } from './dead-letter-statements.js';
import { storableText, storableTime } from './storable.js';

interface Row {
  readonly namespace: Namespace;
  readonly summary: DeadLetterSummary;
}

/** The rows of dead letters in memory. */
export class MemoryLetters {
  private readonly rows = new Map<string, Row>();

  change(change: DeadLetterChange): void {
    const name = keyOf(change);
    const known = this.rows.get(name)?.summary ?? begun(change);
    if (!known || (this.rows.has(name) && known.version >= change.version)) return;
    const { namespace, version, status, changedAt, why } = change;
    const said = why ? { reason: storableText(why.reason), detail: storableText(why.detail) } : {};
    const summary = { ...known, version, status, changedAt: storableTime(changedAt), ...said };
    this.rows.set(name, { namespace, summary });
  }

  in(namespace: Namespace, statuses: readonly DeadLetterStatus[]): readonly DeadLetterSummary[] {
    const rows = [...this.rows.values()].filter((row) => row.namespace === namespace);
    return rows.map(({ summary }) => summary).filter(({ status }) => statuses.includes(status));
  }
}

function begun(change: DeadLetterChange): DeadLetterSummary | undefined {
  if (!isNew(change)) return undefined;
  const { stream: id, version, status, changedAt, why, recorded } = change;
  const { queue, type, messageId, bytes, recordedAt } = recorded;
  return {
    ...{ id, version, status, changedAt, queue, bytes, ...why },
    type: type === null ? null : storableText(type),
    messageId: messageId === null ? null : storableText(messageId),
    recordedAt: storableTime(recordedAt),
  };
}
