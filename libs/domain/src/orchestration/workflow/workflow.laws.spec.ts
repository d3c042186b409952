import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { fold } from '../../kernel/decider.js';
import { deciderLaws } from '../../kernel/testing/laws.js';
import type { Plan } from '../definition/plan.js';
import { type Step, everyLife, wishesFor } from '../testing/lives.js';
import { plan } from '../testing/plan-builder.js';
import type { WorkflowCommand } from './workflow.commands.js';
import type { WorkflowEvent } from './workflow.events.js';
import { workflowDecider } from './workflow.js';
import type { WorkflowState } from './workflow.state.js';

/** The same as `toStrictEqual`, which takes its time: here it is asked some ten thousand times. */
function expectSame(found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected)) expect(found).toStrictEqual(expected);
}

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const PLANS: { readonly [name: string]: Plan } = {
  'a saga': plan(
    {
      reserve: { compensate: { retry: 2 }, retry: 3 },
      charge: { after: ['reserve'], compensate: true, queueMs: 60_000, runMs: 30_000 },
      wrap: { after: ['charge'], optional: true },
      ship: { after: ['charge', 'wrap'] },
    },
    { timeoutMs: 600_000 },
  ),
  'a fan-out that only fails': plan({
    fork: { type: 'noop' },
    ...Object.fromEntries(Array.from({ length: 5 }, (_, n) => [`branch${n}`, { after: ['fork'], retry: 2 }])),
    nap: { type: 'sleep', input: { duration: '5m' }, after: ['fork'] },
    join: { after: ['branch0', 'branch4', 'nap'] },
  }),
};

for (const [name, each] of Object.entries(PLANS)) {
  deciderLaws(name, workflowDecider(each) as never, {
    wishes: wishesFor(each) as never,
    // A run that a retry by hand sets going may have failed again; and time goes on. Two signals alike are two: one that
    // comes again is known by the id of its command, as the shell remembers it.
    repeats: ({ type }) => type !== 'RetryWorkflow' && type !== 'FireTimers' && type !== 'SignalWorkflow',
    runs: 30,
  });
}

/** A run that a retry by hand sets going may fail again at once, a backoff may be over as soon as it begins, and of two signals alike each counts. */
function mayDecideAgain({ command, events, now, after }: Step): boolean {
  if (command.type === 'SignalWorkflow') return true;
  if (command.type === 'RetryWorkflow') return after.status === 'failed';
  return command.type === 'FireTimers' && events.some((event) => 'retryAt' in event && event.retryAt! <= now);
}

describe('in every life of every plan', () => {
  test('deciding twice is deciding once', () => {
    everyLife(({ steps }) => {
      const twice = steps.filter((step) => step.again.length > 0 && !mayDecideAgain(step));
      expect(twice).toEqual([]);
    });
  });

  test('a refused command changes nothing', () => {
    everyLife(({ steps }) => {
      for (const { refused, before, after } of steps) if (refused) expectSame(after, before);
    });
  });

  test('a command that decides nothing changes nothing', () => {
    everyLife(({ steps }) => {
      for (const { events, before, after } of steps) if (events.length === 0) expectSame(after, before);
    });
  });

  test('events survive JSON', () => {
    everyLife(({ events }) => expectSame(throughJson(events), events));
  });

  test('the state survives JSON, so that a snapshot is the state', () => {
    everyLife(({ steps }) => {
      for (const { after } of steps) expectSame(structuredClone(throughJson(after)), after);
    });
  });

  test('a replayed state equals the live one, from the beginning and from every snapshot on', () => {
    everyLife(({ plan: each, steps, events, state }) => {
      const decider = workflowDecider(each);
      const replay = (from: WorkflowState, rest: readonly WorkflowEvent[]) =>
        fold<WorkflowState, WorkflowCommand, WorkflowEvent>(decider, throughJson(rest), throughJson(from));
      let version = 0;
      for (const { before, events: decided } of steps) {
        expectSame(replay(before, events.slice(version)), state);
        version += decided.length;
      }
    });
  });
});
