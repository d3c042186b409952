import type { Command } from './command.js';
import type { DomainEvent } from './event.js';

/** What a decision may know of the world: the time in milliseconds since the epoch, and a number in [0, 1). */
export interface Moment {
  readonly now: number;
  readonly random: () => number;
}

/**
 * The rules of one kind of stream, as tables keyed by type: forget a case and it does not compile.
 *
 * `decide` answers a command with events or throws `Refused`, and decides nothing the second time. `evolve` folds one
 * event and may change the state it owns in place. `follow` says what an event brings with it at once (a task completed,
 * so its successors are queued), when everything that was decided before is folded; what it says is part of the same
 * decision.
 */
export interface Decider<State, C extends Command, E extends DomainEvent> {
  /** The kind of stream, in the singular: `workflow`. */
  readonly kind: string;
  /** Moves when a stored state can no longer be read: snapshots of any other version are ignored. */
  readonly stateVersion: number;
  initial(): State;
  readonly decide: { readonly [T in C['type']]: Decide<State, Extract<C, { type: T }>, E> };
  readonly evolve: { readonly [T in E['type']]: Evolve<State, Extract<E, { type: T }>> };
  readonly follow: { readonly [T in E['type']]?: Follow<State, Extract<E, { type: T }>, E> };
}

/**
 * May be a generator, as may `Follow`: what it says next is asked for when its last event was folded, so that over a
 * state that is changed in place it sees what its own events made of it. Only before the first one may it refuse.
 */
export type Decide<State, C, E> = (command: C, state: State, moment: Moment) => Iterable<E>;
export type Evolve<State, E> = (state: State, event: E) => State;
export type Follow<State, Cause, E> = (event: Cause, state: State, moment: Moment) => Iterable<E>;

/** What a decision gave: its events, in order, and the state after them. */
export interface Decision<State, E> {
  readonly events: readonly E[];
  readonly state: State;
}

/** Folds one event into the state. */
export function evolve<State, C extends Command, E extends DomainEvent>(
  decider: Decider<State, C, E>,
  state: State,
  event: E,
): State {
  return (decider.evolve as unknown as Record<string, Evolve<State, E>>)[event.type]!(state, event);
}

/** The state after these events. */
export function fold<State, C extends Command, E extends DomainEvent>(
  decider: Decider<State, C, E>,
  events: Iterable<E>,
  state: State = decider.initial(),
): State {
  for (const event of events) state = evolve(decider, state, event);
  return state;
}

/**
 * Decides one command. Each event is folded before the next one is asked for; what it brings with it comes after all
 * that came before, and sees the state that they made. A refusal is thrown before the first event, so that a refused
 * command changes nothing.
 */
export function decide<State, C extends Command, E extends DomainEvent>(
  decider: Decider<State, C, E>,
  command: C,
  state: State,
  moment: Moment,
): Decision<State, E> {
  const rule = (decider.decide as unknown as Record<string, Decide<State, C, E>>)[command.type]!;
  const following = decider.follow as unknown as Record<string, Follow<State, E, E> | undefined>;
  const events: E[] = [];
  const record = (decided: Iterable<E>) => {
    for (const event of decided) {
      events.push(event);
      state = evolve(decider, state, event);
    }
  };
  record(rule(command, state, moment));
  // They become more while they are gone through.
  for (const event of events) {
    const brought = following[event.type]?.(event, state, moment);
    if (brought) record(brought);
  }
  return { events, state };
}
