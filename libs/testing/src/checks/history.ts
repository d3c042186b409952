import { type Commit, commandsOf, keyOf } from '@orrery/application';
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
  /** The same events, by the command that decided them. */
  readonly decisions: readonly (readonly Seen[])[];
}

/** The runs in the log, each with all of its events. */
export function historiesOf(database: SimDatabase): readonly History[] {
  return streamsOf(database)
    .map((commits) => {
      const decisions = commits.flatMap((commit) => commandsOf<WorkflowEvent>(commit).map(({ events }) => events));
      return { stream: commits[0]!.stream, events: decisions.flat(), decisions };
    })
    .filter(({ events }) => events[0]?.event.type === 'WorkflowStarted');
}

export function streamsOf({ store }: SimDatabase): readonly (readonly Commit[])[] {
  return [...new Set(store.committed.map(keyOf))].map((name) => store.stream(name));
}
