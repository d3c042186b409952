import type { Command, Decider, DomainEvent, Namespace, UpcasterTable } from '@orrery/domain';

/** A kind of stream, as the shell needs it: which rules its streams go by, and when one is done with. */
export interface StreamType<State = unknown, C extends Command = Command, E extends DomainEvent = DomainEvent> {
  /** In the singular: `workflow`. Its refusals begin with it: `workflow.not-found`. */
  readonly kind: string;
  /** How its events are read, and those of other kinds that may be met in its place. */
  readonly upcasters: UpcasterTable;
  /** The rules of a stream that this command would begin; nothing if it begins none. */
  deciderToBegin(namespace: Namespace, command: C): MaybeLater<Decider<State, C, E> | undefined>;
  /** The rules of a stream that begins with this event. */
  deciderOf(namespace: Namespace, first: E): MaybeLater<Decider<State, C, E>>;
  /** How many events may pass until a snapshot is worth its while. */
  snapshotEvery(state: State): number;
  /** What a snapshot of this state can be read with: the decider's state version, and whatever else the rules hang on. */
  snapshotSchema(state: State): string;
  /** The rules for a snapshot of that schema; nothing if this code cannot read it. */
  deciderOfSnapshot(namespace: Namespace, schema: string): MaybeLater<Decider<State, C, E> | undefined>;
  /** Nothing more is expected: the stream may leave memory. */
  isOver(state: State): boolean;
  /** It was deleted: what its commands did is forgotten, and no key gets its old answer any more. */
  isDeleted(state: State): boolean;
}

export type MaybeLater<T> = T | Promise<T>;

/** Forgets which states, commands and events a kind of stream has, as the shell carries them all alike. */
export function streamType<State, C extends Command, E extends DomainEvent>(type: StreamType<State, C, E>): StreamType {
  return type as unknown as StreamType;
}
