import { describe, expect, it } from '@jest/globals';
import type { Dispatcher, HandedTask } from '@orrery/application';
import { jsonText } from '@orrery/infrastructure';
import { returnedAttempts, taskMessages, tasksPerMessage } from './task-messages.js';

const RUN = '5eed0002-0000-4000-8000-000000000009';
const dispatcher = { leases: { get: () => undefined } } as unknown as Dispatcher;
const task = (ordinal: number, input: unknown = null) =>
  ({
    id: `${RUN}~${ordinal}`,
    workflowId: RUN,
    ordinal,
    input,
    leaseToken: '1.x',
    deadline: null,
    trace: null,
  }) as never;
const messages = (tasks: readonly HandedTask[], format: 'json' | 'msgpack' = 'json', most = 100) => [
  ...taskMessages(tasks, { format, most, dispatcher }),
];

describe('How many tasks go together', () => {
  it.each([
    ['one where nobody is known', 500, [], 1],
    ['one for workers that do few at a time', 500, [7, 1_000], 1],
    ['a share of the slots of the smallest', 500, [40, 1_000], 5],
    ['a hundred at most', 5_000, [10_000], 100],
    ['so few that each gets some', 10, [1_000, 1_000], 5],
  ])('is %s', (_, count, slots, most) => {
    expect(tasksPerMessage(count, slots)).toBe(most);
  });
});

describe('A message of tasks', () => {
  it.each(['json', 'msgpack'] as const)('is read as it was written, in %s', (format) => {
    const tasks = Array.from({ length: 37 }, (_, ordinal) => task(ordinal, { text: 'ä 🪐' }));
    const [message, ...more] = messages(tasks, format);
    expect(more).toEqual([]);
    const { tasks: read } = JSON.parse(jsonText(format, message!.body).toString());
    expect(read).toMatchObject([
      { id: `${RUN}~0`, input: { text: 'ä 🪐' }, runMs: null, startsAtOnce: false },
      ...Array(36).fill({}),
    ]);
    expect(returnedAttempts(message!)).toHaveLength(37);
    expect(returnedAttempts(message!)[36]).toEqual({ workflow: RUN, ordinal: 36, leaseToken: '1.x' });
  });

  it('holds as many as it may, and no more bytes than a message should', () => {
    const small = Array.from({ length: 10 }, (_, ordinal) => task(ordinal));
    expect(messages(small, 'json', 4).map((each) => returnedAttempts(each).length)).toEqual([4, 4, 2]);
    const large = Array.from({ length: 3 }, (_, ordinal) => task(ordinal, 'x'.repeat(900_000)));
    expect(messages(large)).toHaveLength(3);
  });
});
