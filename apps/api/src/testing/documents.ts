/** Definitions that specs run. */
export const ORDER = {
  orrery: 'v1',
  name: 'order',
  tasks: {
    reserve: {
      type: 'stock.reserve',
      input: { items: '${ input.items }' },
      compensate: { type: 'stock.release', input: { id: '${ tasks.reserve.output.id }' } },
    },
    charge: { type: 'card.charge', dependsOn: ['reserve'], retry: { maxAttempts: 2, backoff: { initial: '1ms' } } },
  },
  output: { reservation: '${ tasks.reserve.output.id }' },
};

/** It ends by itself, at once. */
export const NOTHING = { orrery: 'v1', name: 'nothing', tasks: { only: { type: 'noop' } } };

/** One task for a worker. */
export const SINGLE = {
  orrery: 'v1',
  name: 'single',
  tasks: { only: { type: 'work' } },
  output: '${ tasks.only.output }',
};

export const YAML = `# What comes first, comes first.
orrery: v1
name: hello
tasks:
  greet:
    type: noop
`;
