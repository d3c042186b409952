import { describe, expect, test } from '@jest/globals';
import { command } from './command.js';
import { type Decider, decide, evolve, fold } from './decider.js';
import { Refused } from './errors.js';

class Grow extends command('Grow')<{ to: number }> {}
class Burst extends command('Burst')<object> {}

interface Grown {
  readonly type: 'Grown';
  readonly v: 1;
  readonly by: string;
}
interface Seen {
  readonly type: 'Seen';
  readonly v: 1;
  readonly size: number;
}
interface Plant {
  size: number;
}

const grown = (by: string): Grown => ({ type: 'Grown', v: 1, by });
const seen = (size: number): Seen => ({ type: 'Seen', v: 1, size });

/** Grows in place, one event at a time; each growth brings a look at what it has grown to by then. */
const plant: Decider<Plant, Grow | Burst, Grown | Seen> = {
  kind: 'plant',
  stateVersion: 1,
  initial: () => ({ size: 0 }),
  decide: {
    *Grow({ data: { to } }, state) {
      if (to > 9) throw new Refused('plant.too-high', 'it does not grow so high');
      while (state.size < to) yield grown(`from ${state.size}`);
    },
    Burst: () => [],
  },
  evolve: {
    Grown: (state) => {
      state.size += 1;
      return state;
    },
    Seen: (state) => state,
  },
  follow: {
    *Grown(_, state) {
      yield seen(state.size);
    },
  },
};
const moment = { now: 0, random: () => 0 };
const decideGrowth = (to: number, state = plant.initial()) =>
  decide<Plant, Grow | Burst, Grown | Seen>(plant, new Grow({ to }), state, moment);

describe('decide', () => {
  test('folds each event before it asks for the next one, and then for what they bring with them', () => {
    const { events, state } = decideGrowth(3);
    expect(events).toEqual([grown('from 0'), grown('from 1'), grown('from 2'), seen(3), seen(3), seen(3)]);
    expect(state).toEqual({ size: 3 });
  });

  test('decides nothing where the rule says nothing', () => {
    expect(decideGrowth(2, { size: 2 })).toEqual({ events: [], state: { size: 2 } });
    expect(decide<Plant, Grow | Burst, Grown | Seen>(plant, new Burst({}), { size: 2 }, moment).events).toEqual([]);
  });

  test('refuses before the first event, and leaves the state as it was', () => {
    const state = { size: 2 };
    expect(() => decideGrowth(10, state)).toThrow(Refused);
    expect(state).toEqual({ size: 2 });
  });
});

describe('evolve and fold', () => {
  test('fold events by the row of their type, from the beginning or from a state', () => {
    const one = evolve<Plant, Grow | Burst, Grown | Seen>(plant, plant.initial(), grown('a seed'));
    expect(one).toEqual({ size: 1 });
    expect(fold<Plant, Grow | Burst, Grown | Seen>(plant, [grown('it'), seen(1), grown('it')])).toEqual({ size: 2 });
    expect(fold<Plant, Grow | Burst, Grown | Seen>(plant, [grown('it')], { size: 5 })).toEqual({ size: 6 });
  });
});

describe('a command', () => {
  test('has the literal type that routes it, and what it says', () => {
    const { type, data } = new Grow({ to: 3 });
    expect({ type, data }).toEqual({ type: 'Grow', data: { to: 3 } });
    expect(new Grow({ to: 3 })).toBeInstanceOf(Grow);
  });
});
