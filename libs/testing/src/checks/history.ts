import { type Commit, eventsOf, keyOf } from '@orrery/application';
import type { WorkflowEvent } from '@orrery/domain';
import type { SimDatabase } from '../world/sim-database.js';

/** An event as a check sees it. */
export interface Seen {
  readonly version: number;
  readonly at: number;
  readonly event: WorkflowEvent;
}

/** A run as the log has it. */
export interface History {
  readonly stream: string;
  readonly events: readonly Seen[];
}

/** The runs in the log, each with all of its events. */
export function historiesOf(database: SimDatabase): readonly History[] {
  return streamsOf(database)
    .map((commits) => ({
      stream: commits[0]!.stream,
      events: commits.flatMap((commit) => eventsOf(commit)) as unknown as readonly Seen[],
    }))
    .filter(({ events }) => events[0]?.event.type === 'WorkflowStarted');
}

export function streamsOf({ store }: SimDatabase): readonly (readonly Commit[])[] {
  return [...new Set(store.committed.map(keyOf))].map((name) => store.stream(name));
}
