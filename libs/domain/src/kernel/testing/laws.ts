import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Command } from '../command.js';
import { type Decider, type Moment, decide, fold } from '../decider.js';
import { OrreryError } from '../errors.js';
import type { DomainEvent } from '../event.js';

/** A command, or how one is made for the state it meets: most random commands would only be refused. */
export type Wish<State, C extends Command> = C | ((state: State) => C);

export interface LawOptions<State, C extends Command> {
  readonly wishes: fc.Arbitrary<Wish<State, C>>;
  /** Which commands decide nothing the second time; all of them, unless something else is said. */
  readonly repeats?: (command: C) => boolean;
  /** How long the histories get, in commands. */
  readonly wishesMax?: number;
  readonly runs?: number;
}

/** One step of a random history. */
interface Step<State, C extends Command, E extends DomainEvent> {
  readonly command: C;
  readonly events: readonly E[];
  readonly refused: boolean;
  /** Copies of the state before and after. */
  readonly before: State;
  readonly after: State;
  /** What the same command decided when it came again, a moment later. */
  readonly again: readonly E[];
}

type Holds<State, C extends Command, E extends DomainEvent> = (
  steps: readonly Step<State, C, E>[],
  decider: Decider<State, C, E>,
  repeats: (command: C) => boolean,
) => void;

const LAWS: { readonly [law: string]: Holds<unknown, Command, DomainEvent> } = {
  'evolve knows every event': (steps, decider) => {
    for (const { type } of eventsOf(steps)) expect(Object.keys(decider.evolve)).toContain(type);
  },

  'deciding twice is deciding once': (steps, _, repeats) => {
    for (const { command, again } of steps.filter((step) => !step.refused && repeats(step.command))) {
      expect({ command, again }).toEqual({ command, again: [] });
    }
  },

  'events survive JSON': (steps) => {
    for (const event of eventsOf(steps)) expect(throughJson(event)).toEqual(event);
  },

  'a refused command changes nothing': (steps) => {
    for (const { before, after } of steps.filter(({ refused }) => refused)) expect(after).toEqual(before);
  },

  'a replayed state equals the live one': (steps, decider) => {
    const replayed = fold(decider, eventsOf(steps).map(throughJson));
    expect(structuredClone(replayed)).toEqual(steps.at(-1)?.after ?? structuredClone(decider.initial()));
  },
};

/**
 * What holds for every decider, over random lawful histories: `evolve` knows every event, deciding twice is deciding once,
 * events survive JSON, a refused command changes nothing, and a replayed state equals the live one.
 */
export function deciderLaws<State, C extends Command, E extends DomainEvent>(
  name: string,
  decider: Decider<State, C, E>,
  options: LawOptions<State, C>,
): void {
  describe(`the laws of ${name}`, () => {
    for (const law of lawNames) test(law, () => checkLaw(law, decider, options));
  });
}

export const lawNames: readonly string[] = Object.keys(LAWS);

/** Throws, with the smallest history that shows it, if the law does not hold. */
export function checkLaw<State, C extends Command, E extends DomainEvent>(
  law: string,
  decider: Decider<State, C, E>,
  options: LawOptions<State, C>,
): void {
  const { repeats = () => true, runs: numRuns = 100 } = options;
  const holds = LAWS[law] as unknown as Holds<State, C, E>;
  const histories = historiesOf(options);
  fc.assert(
    fc.property(histories, (planned) => holds(live(decider, planned), decider, repeats)),
    { numRuns, includeErrorInReport: true },
  );
}

/** Wishes, how long after the one before each comes, and what it may draw. */
function historiesOf<State, C extends Command>({ wishes, wishesMax = 40 }: LawOptions<State, C>) {
  return fc.array(fc.tuple(wishes, fc.nat({ max: 120_000 }), fc.nat()), { maxLength: wishesMax });
}

/** Lives a history: every command is decided on the state that the ones before it left. */
function live<State, C extends Command, E extends DomainEvent>(
  decider: Decider<State, C, E>,
  planned: readonly (readonly [Wish<State, C>, number, number])[],
): Step<State, C, E>[] {
  const past: E[] = [];
  let state = decider.initial();
  let now = 1_700_000_000_000;
  return planned.map(([wish, wait, seed]) => {
    now += wait;
    const command = typeof wish === 'function' ? wish(state) : wish;
    const before = structuredClone(state);
    const outcome = tryTo(decider, command, state, { now, random: drawsFrom(seed) });
    state = outcome.state;
    past.push(...outcome.events);
    const again = tryTo(decider, command, fold(decider, past), { now: now + 1, random: drawsFrom(seed) }).events;
    return { command, events: outcome.events, refused: outcome.refused, before, after: structuredClone(state), again };
  });
}

/** A refusal is an answer; anything else that is thrown is a bug. */
function tryTo<State, C extends Command, E extends DomainEvent>(
  decider: Decider<State, C, E>,
  command: C,
  state: State,
  moment: Moment,
): { readonly events: readonly E[]; readonly state: State; readonly refused: boolean } {
  try {
    return { ...decide(decider, command, state, moment), refused: false };
  } catch (error) {
    if (!(error instanceof OrreryError)) throw error;
    return { events: [], state, refused: true };
  }
}

function eventsOf<State, C extends Command, E extends DomainEvent>(steps: readonly Step<State, C, E>[]): E[] {
  return steps.flatMap(({ events }) => events);
}

function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** Numbers in [0, 1) that a seed alone determines. */
function drawsFrom(seed: number): () => number {
  let drawn = seed;
  return () => {
    drawn = (Math.imul(drawn, 1_664_525) + 1_013_904_223) >>> 0;
    return drawn / 2 ** 32;
  };
}
