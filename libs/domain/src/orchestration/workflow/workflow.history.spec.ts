import { describe, expect, test } from '@jest/globals';
import { decide } from '../../kernel/decider.js';
import { SOME_MOMENT } from '../../kernel/testing/spec.js';
import { LIMITS } from '../definition/limits.js';
import { error, pause, resume, retry, runsOf, start } from '../testing/run-words.js';
import type { WorkflowCommand } from './workflow.commands.js';
import type { WorkflowEvent } from './workflow.events.js';
import type { WorkflowState } from './workflow.state.js';

const TOO_LONG = {
  code: 'workflow.history-too-long',
  message: expect.stringContaining('historyEvents') as unknown as string,
};

describe('the history of a run', () => {
  const { decider, after, begin, complete, completed, fail, failed, queued, stopped, done, undoing } = runsOf({
    a: { compensate: true, retry: 3 },
    b: { after: ['a'] },
    c: {},
  });

  /** What a command decides in a run that has recorded this much already. */
  const decideAfter = (recorded: Partial<WorkflowState>, state: WorkflowState, command: WorkflowCommand) =>
    decide<WorkflowState, WorkflowCommand, WorkflowEvent>(
      decider,
      command,
      structuredClone({ ...state, ...recorded }),
      SOME_MOMENT,
    ).events;
  const full = { historyEvents: LIMITS.historyEvents };

  test('is counted, with the size of what is large in it', () => {
    const { state, events } = after(start(), begin('a'), fail('a'), complete('c', { output: 'x'.repeat(98) }));
    expect(events).toHaveLength(6);
    expect(state).toMatchObject({ historyEvents: 6, historySize: JSON.stringify(error('boom')).length + 100 });
  });

  test('may be as long as the limit says', () => {
    const { state } = after(start());
    const last = { historyEvents: LIMITS.historyEvents - 1 };
    expect(decideAfter(last, state, complete('a'))).toEqual([completed('a'), queued('b')]);
  });

  test('fails the run when it gets longer: nothing new begins', () => {
    const { state } = after(start());
    expect(decideAfter(full, state, complete('a'))).toEqual([completed('a'), stopped('failed', TOO_LONG)]);
  });

  test('fails the run also when it is an attempt that could be made again', () => {
    const { state } = after(start());
    const events = decideAfter(full, state, fail('a'));
    expect(events).toEqual([failed('a', { retryAt: 750 }), stopped('failed', TOO_LONG)]);
  });

  test('fails the run when it gets larger than its limit', () => {
    const { state } = after(start());
    const almost = { historySize: LIMITS.historyBytes - 100 };
    expect(decideAfter(almost, state, complete('a', { output: 'x'.repeat(98) }))).toHaveLength(2);
    const output = 'x'.repeat(99);
    const events = decideAfter(almost, state, complete('a', { output }));
    expect(events).toEqual([completed('a', { output }), stopped('failed', TOO_LONG)]);
  });

  test('does not keep a run from completing that is done', () => {
    const { state } = after(start(), complete('a'), complete('b'));
    expect(decideAfter(full, state, complete('c'))).toEqual([completed('c'), done()]);
  });

  test('does not keep a run from being undone', () => {
    const { state } = after(start(), complete('a'), complete('b'));
    const failing = decideAfter(full, state, fail('c'));
    expect(failing).toEqual([failed('c'), stopped('failed', error('boom'), { task: 'c' }), undoing, queued('~a')]);
  });

  test('fails a paused run when it is resumed', () => {
    const { state } = after(start(), pause());
    const events = decideAfter(full, state, resume());
    expect(events.map(({ type }) => type)).toEqual(['WorkflowResumed', 'WorkflowStopped']);
  });

  test('cannot be outgrown by a retry by hand', () => {
    const plain = runsOf({ a: {} });
    const { state } = plain.after(start(), plain.fail('a'));
    const { events } = decide<WorkflowState, WorkflowCommand, WorkflowEvent>(
      plain.decider,
      retry(),
      { ...state, ...full },
      SOME_MOMENT,
    );
    expect(events.map(({ type }) => type)).toEqual(['WorkflowRetried', 'WorkflowStopped', 'WorkflowFailed']);
  });
});
