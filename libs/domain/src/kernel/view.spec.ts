import { expect, test } from '@jest/globals';
import { type View, project } from './view.js';

interface Counted {
  readonly type: 'Counted';
  readonly v: 1;
  readonly by: number;
}
interface Cleared {
  readonly type: 'Cleared';
  readonly v: 1;
}

const sum: View<{ sum: number; at: number }, Counted | Cleared> = {
  initial: () => ({ sum: 0, at: 0 }),
  evolve: {
    Counted: (state, { at, event }) => ({ sum: state.sum + event.by, at }),
    Cleared: (_, { at }) => ({ sum: 0, at }),
  },
};

test('a view folds each recorded event by the row of its type', () => {
  const counted = project(sum, sum.initial(), { version: 1, at: 10, event: { type: 'Counted', v: 1, by: 2 } });
  expect(counted).toEqual({ sum: 2, at: 10 });
  expect(project(sum, counted, { version: 2, at: 20, event: { type: 'Cleared', v: 1 } })).toEqual({ sum: 0, at: 20 });
});
