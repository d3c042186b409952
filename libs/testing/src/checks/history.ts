import { type Commit, type RecordedCommand, commandsOf, keyOf } from '@orrery/application';
import type { DomainEvent, WorkflowEvent } from '@orrery/domain';
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
  readonly commits: readonly Commit[];
  readonly events: readonly Seen[];
  /** The ids of the clients' commands that decided something, with the version after each. */
  readonly commands: ReadonlyMap<string, number>;
}

/** The runs in the log, each with all of its events. */
export function historiesOf({ store }: SimDatabase): readonly History[] {
  const names = [...new Set(store.committed.map(keyOf))];
  return names
    .map((name) => historyOf(store.stream(name)))
    .filter(({ events }) => events[0]?.event.type === 'WorkflowStarted');
}

export function streamsOf({ store }: SimDatabase): readonly (readonly Commit[])[] {
  return [...new Set(store.committed.map(keyOf))].map((name) => store.stream(name));
}

function historyOf(commits: readonly Commit[]): History {
  const commands: RecordedCommand<DomainEvent>[] = commits.flatMap((commit) => [...commandsOf(commit)]);
  const told = commands.flatMap(({ entry, version }) => (entry.id === undefined ? [] : [[entry.id, version] as const]));
  return {
    stream: commits[0]!.stream,
    commits,
    events: commands.flatMap(({ events }) => events as unknown as readonly Seen[]),
    commands: new Map(told),
  };
}
