import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { command } from '../command.js';
import type { Decider } from '../decider.js';
import { Refused } from '../errors.js';
import { type LawOptions, checkLaw, deciderLaws, lawNames } from './laws.js';

class Add extends command('Add')<{ id: string; amount: number }> {}
class Remove extends command('Remove')<{ id: string }> {}
type Wishes = Add | Remove;
interface Added {
  readonly type: 'Added';
  readonly v: 1;
  readonly id: string;
  readonly amount: number | Date;
}
interface Removed {
  readonly type: 'Removed';
  readonly v: 1;
  readonly id: string;
}
interface State {
  readonly items: Map<string, number>;
}
type Basket = Decider<State, Wishes, Added | Removed>;

/** Lawful: an item is added once, and removed once. */
const basket: Basket = {
  kind: 'basket',
  stateVersion: 1,
  initial: () => ({ items: new Map() }),
  decide: {
    Add: ({ data: { id, amount } }, { items }) => {
      if (items.size >= 3) throw new Refused('basket.full', 'there is no room');
      return items.has(id) ? [] : [{ type: 'Added', v: 1, id, amount }];
    },
    Remove: ({ data: { id } }, { items }) => (items.has(id) ? [{ type: 'Removed', v: 1, id }] : []),
  },
  evolve: {
    Added: ({ items }, { id, amount }) => ({ items: items.set(id, Number(amount)) }),
    Removed: ({ items }, { id }) => {
      items.delete(id);
      return { items };
    },
  },
  follow: {},
};

const ids = fc.constantFrom('a', 'b', 'c', 'd');
const options: LawOptions<State, Wishes> = {
  wishes: fc.oneof(
    fc.record({ id: ids, amount: fc.nat() }).map((data) => new Add(data)),
    // One that is made for the state it meets.
    fc.constant((state: State) => new Remove({ id: [...state.items.keys()][0] ?? 'a' })),
  ),
};

deciderLaws('a lawful basket', basket, options);

/** One planted bug a law. */
const BROKEN: { readonly [law: string]: Basket } = {
  'evolve knows every event': {
    ...basket,
    evolve: new Proxy(basket.evolve, { ownKeys: () => ['Added'] }),
  },
  'deciding twice is deciding once': {
    ...basket,
    decide: { ...basket.decide, Add: ({ data }) => [{ type: 'Added', v: 1, ...data }] },
  },
  'events survive JSON': {
    ...basket,
    decide: {
      ...basket.decide,
      Add: ({ data: { id } }, { items }, { now }) =>
        items.has(id) ? [] : [{ type: 'Added', v: 1, id, amount: new Date(now) }],
    },
  },
  'a refused command changes nothing': {
    ...basket,
    decide: {
      ...basket.decide,
      Add: ({ data }, { items }) => {
        items.set(data.id, data.amount);
        throw new Refused('basket.full', 'there is no room');
      },
    },
  },
  'a replayed state equals the live one': {
    ...basket,
    decide: {
      ...basket.decide,
      Remove: ({ data: { id } }, { items }) => {
        items.delete(id);
        return [];
      },
    },
  },
};

describe('each law', () => {
  test.each(lawNames)('"%s" is broken by its planted bug', (law) => {
    expect(() => checkLaw(law, BROKEN[law]!, options)).toThrow('Property failed');
  });

  test('lets a command repeat itself where that is its meaning', () => {
    const law = 'deciding twice is deciding once';
    expect(() => checkLaw(law, BROKEN[law]!, { ...options, repeats: ({ type }) => type !== 'Add' })).not.toThrow();
  });

  test('does not take a bug for a refusal', () => {
    const add = () => {
      throw new TypeError('a bug');
    };
    const buggy: Basket = { ...basket, decide: { ...basket.decide, Add: add } };
    expect(() => checkLaw('events survive JSON', buggy, options)).toThrow('a bug');
  });

  test('lets what is drawn depend on the seed alone', () => {
    const draws: number[] = [];
    const drawing: Basket = {
      ...basket,
      decide: {
        ...basket.decide,
        Add: (wish, state, moment) => {
          const drawn = moment.random();
          draws.push(drawn);
          return basket.decide.Add(wish, state, moment);
        },
      },
    };
    checkLaw('events survive JSON', drawing, { ...options, wishesMax: 5, runs: 20 });
    expect(draws.every((drawn) => drawn >= 0 && drawn < 1)).toBe(true);
  });
});
