import { expect } from '@jest/globals';
import type { Command } from '../command.js';
import { type Decider, type Moment, decide, fold } from '../decider.js';
import { OrreryError } from '../errors.js';
import type { DomainEvent } from '../event.js';

/** When nothing is said of the moment: a round number in November 2023, and the middle of what can be drawn. */
export const SOME_MOMENT: Moment = { now: 1_700_000_000_000, random: () => 0.5 };

/**
 * A rule as a sentence: `given(decider, [happened]).when(new Wish({})).then([happens])`. After `then` and `thenNothing`
 * the story goes on with another `when`.
 */
export function given<State, C extends Command, E extends DomainEvent>(
  decider: Decider<State, C, E>,
  events: readonly E[] = [],
): Given<State, C, E> {
  return new Given(decider, events);
}

/** What has happened. */
export class Given<State, C extends Command, E extends DomainEvent> {
  constructor(
    private readonly decider: Decider<State, C, E>,
    /** Everything so far. */
    readonly events: readonly E[],
  ) {}

  /** The state after it, folded anew. */
  get state(): State {
    return fold(this.decider, this.events);
  }

  /** The same past, and these events after it. */
  and(events: readonly E[]): Given<State, C, E> {
    return new Given(this.decider, [...this.events, ...events]);
  }

  when(command: C, moment: Partial<Moment> = {}): When<State, C, E> {
    return new When(this.decider, this.events, command, { ...SOME_MOMENT, ...moment });
  }
}

/** What somebody wants now. */
export class When<State, C extends Command, E extends DomainEvent> {
  private readonly outcome: { readonly events: readonly E[] } | { readonly error: unknown };

  constructor(
    private readonly decider: Decider<State, C, E>,
    private readonly past: readonly E[],
    command: C,
    moment: Moment,
  ) {
    try {
      this.outcome = { events: decide(decider, command, fold(decider, past), moment).events };
    } catch (error) {
      this.outcome = { error };
    }
  }

  /** Exactly these events, in this order. */
  then(events: readonly E[]): Given<State, C, E> {
    const decided = this.decided();
    expect(decided).toEqual(events);
    return this.goOn(decided);
  }

  /** Events with these types, in this order, for when the rest has been said elsewhere. */
  thenTypes(...types: readonly E['type'][]): Given<State, C, E> {
    const decided = this.decided();
    expect(decided.map(({ type }) => type)).toEqual(types);
    return this.goOn(decided);
  }

  thenNothing(): Given<State, C, E> {
    return this.then([]);
  }

  /** Refused with this code: nothing happened. */
  thenRefused(code: string): Given<State, C, E> {
    const { outcome } = this;
    const refusal = 'error' in outcome ? outcome.error : outcome.events;
    if ('error' in outcome && !(refusal instanceof OrreryError)) throw refusal;
    expect(refusal instanceof OrreryError ? { refused: refusal.code } : { decided: refusal }).toEqual({
      refused: code,
    });
    return this.goOn([]);
  }

  private decided(): readonly E[] {
    if ('error' in this.outcome) throw this.outcome.error;
    return this.outcome.events;
  }

  private goOn(events: readonly E[]): Given<State, C, E> {
    return new Given(this.decider, [...this.past, ...events]);
  }
}
