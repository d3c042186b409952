import type { DomainEvent, Recorded } from './event.js';

/** A fold of events into something to be read. It decides nothing, so it may forget whatever nobody asks for. */
export interface View<State, E extends DomainEvent> {
  initial(): State;
  readonly evolve: { readonly [T in E['type']]: (state: State, recorded: Recorded<Extract<E, { type: T }>>) => State };
}

/** Folds one recorded event into what is read. */
export function project<State, E extends DomainEvent>(
  view: View<State, E>,
  state: State,
  recorded: Recorded<E>,
): State {
  const table = view.evolve as unknown as Record<string, (state: State, recorded: Recorded<E>) => State>;
  return table[recorded.event.type]!(state, recorded);
}
