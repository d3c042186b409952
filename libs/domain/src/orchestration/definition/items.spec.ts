import { expect, test } from '@jest/globals';
import { type WorkflowId, parseTaskId, taskId } from '../../kernel/ids.js';
import { planOf } from './definition.harness.js';
import { itemOrdinal, taskAt } from './items.js';
import { LIMITS } from './limits.js';

const RUN = '0190d5a8-0000-7000-8000-000000000001' as WorkflowId;

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

test('the last item of as many lists as a definition may have has an id that can be read, and stored', () => {
  const lists = Array.from({ length: LIMITS.tasksPerRun }, (_, index) => [`t${index}`, { type: 'noop', forEach: [] }]);
  const many = planOf(Object.fromEntries(lists));
  const ordinal = itemOrdinal(many, LIMITS.tasksPerRun - 1, LIMITS.forEachItems - 1);
  expect(taskAt(many, ordinal)).toMatchObject({ item: { of: LIMITS.tasksPerRun - 1, index: LIMITS.forEachItems - 1 } });
  expect(parseTaskId(taskId(RUN, ordinal))).toEqual({ workflow: RUN, ordinal });
  expect(ordinal).toBeLessThan(2 ** 31);
});

test('the tasks of the definition have theirs, and nothing else has any', () => {
  expect(plan.tasks.map(({ ordinal }) => taskAt(plan, ordinal))).toEqual(plan.tasks);
  const beyond = itemOrdinal(plan, 2, 0) + 65_536;
  const ofNothing = itemOrdinal(plan, 1, 0) + 32_768;
  expect([beyond, ofNothing, -1].map((ordinal) => taskAt(plan, ordinal))).toEqual([undefined, undefined, undefined]);
});
