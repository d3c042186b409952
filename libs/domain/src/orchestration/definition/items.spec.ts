import { expect, test } from '@jest/globals';
import { planOf } from './definition.harness.js';
import { itemOrdinal, taskAt } from './items.js';

const plan = planOf({
  first: { type: 'pay', compensate: { type: 'refund' } },
  plain: { type: 'noop', forEach: [1, 2] },
  undone: { type: 'pay', forEach: '${ input }', compensate: { type: 'refund', input: '${ item }' } },
});

test('each item has an ordinal that tells which item of which list it is', () => {
  const ordinals = [0, 1, 31_999].map((index) => itemOrdinal(plan, 2, index));
  expect(ordinals.map((ordinal) => taskAt(plan, ordinal))).toMatchObject([
    {
      ordinal: ordinals[0],
      key: 'undone[0]',
      type: 'pay',
      item: { of: 2, index: 0 },
      forEach: null,
      compensates: null,
    },
    { ordinal: ordinals[1], key: 'undone[1]', item: { of: 2, index: 1 } },
    { ordinal: ordinals[2], key: 'undone[31999]', item: { of: 2, index: 31_999 } },
  ]);
  expect(taskAt(plan, itemOrdinal(plan, 1, 0))).toMatchObject({ key: 'plain[0]', type: 'noop', compensation: null });
});

test('what undoes an item has one, too, and both know each other', () => {
  const { compensation } = taskAt(plan, itemOrdinal(plan, 2, 7))!;
  expect(taskAt(plan, compensation!)).toMatchObject({
    ordinal: compensation,
    key: 'undone[7]',
    type: 'refund',
    item: { of: 2, index: 7 },
    compensates: itemOrdinal(plan, 2, 7),
  });
});

test('the tasks of the definition have theirs, and nothing else has any', () => {
  expect(plan.tasks.map(({ ordinal }) => taskAt(plan, ordinal))).toEqual(plan.tasks);
  const beyond = itemOrdinal(plan, 2, 0) + 65_536;
  const ofNothing = itemOrdinal(plan, 1, 0) + 32_768;
  expect([beyond, ofNothing, -1].map((ordinal) => taskAt(plan, ordinal))).toEqual([undefined, undefined, undefined]);
});
