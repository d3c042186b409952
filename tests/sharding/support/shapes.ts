import { setTimeout as pause } from 'node:timers/promises';
import { TaskError } from '@orrery/application';
import type { JsonObject } from '@orrery/domain';
import { definition } from '../../engine/support/runs.js';
import type { Handlers } from './sharded-process.js';

export const HANDLERS: Handlers = {
  work: async () => (await pause(2), null),
  undo: () => null,
  fails: () => {
    throw new TaskError('fatal', 'it fails for good');
  },
  flaky: (_, { task }) => {
    if (task.attempt < 3) throw new TaskError('boom', 'once more');
    return task.attempt;
  },
};

const QUICK = { retry: { maxAttempts: 3, backoff: { initial: '50ms' } } };
const UNDO = { compensate: { type: 'undo' } };

/** A definition by its name, for those whose runs are children. */
export const CHILD = { ...definition({ b: {} }), name: 'child' };
export const WAITS: JsonObject = definition({ a: { type: 'wait', input: { signal: 'go' } }, b: { dependsOn: ['a'] } });

const child = (input: object) => ({ type: 'workflow', input });

/** Runs of every kind, and how each of them ends. */
export const SHAPES: readonly { readonly document: JsonObject; readonly ends: string }[] = [
  { document: definition({ a: {}, b: { dependsOn: ['a'] }, c: { dependsOn: ['b'] } }), ends: 'completed' },
  { document: definition({ a: {}, b: {}, c: {}, d: { dependsOn: ['a', 'b', 'c'] } }), ends: 'completed' },
  {
    document: definition({ a: UNDO, b: { ...UNDO, dependsOn: ['a'] }, c: { type: 'fails', dependsOn: ['b'] } }),
    ends: 'compensated',
  },
  { document: definition({ a: { type: 'flaky', ...QUICK } }), ends: 'completed' },
  {
    document: definition({ a: { type: 'sleep', input: { duration: '200ms' } }, b: { dependsOn: ['a'] } }),
    ends: 'completed',
  },
  { document: definition({ a: { forEach: [1, 2, 3, 4], input: '${ item }' } }), ends: 'completed' },
  { document: definition({ a: child({ definition: 'child' }), b: { dependsOn: ['a'] } }), ends: 'completed' },
];
