import { describe, expect, test } from '@jest/globals';
import { at, error, fire, runsOf, start } from '../testing/run-words.js';

const BOOM = error('boom');

describe('a task that fails for good', () => {
  test('fails its run at once when nothing is in anybody’s hands', () => {
    const { after, fail, failed, stopped, runFailed } = runsOf({ a: {}, b: { after: ['a'] } });
    const run = after(start())
      .when(fail('a'))
      .then([failed('a'), stopped('failed', BOOM, { task: 'a' }), runFailed(BOOM)]);
    expect(run.state.tasks.map(({ status }) => status)).toEqual(['failed', 'cancelled']);
  });

  test('lets what runs finish, and nothing follow it', () => {
    const { after, begin, fail, failed, stopped, complete, completed, runFailed } = runsOf({
      a: {},
      b: {},
      c: { after: ['b'] },
    });
    const run = after(start(), begin('b'))
      .when(fail('a'))
      .then([failed('a'), stopped('failed', BOOM, { task: 'a' })])
      .when(complete('b', { output: 1 }))
      .then([completed('b', { output: 1 }), runFailed(BOOM)]);
    expect(run.state.tasks.map(({ status }) => status)).toEqual(['failed', 'completed', 'cancelled']);
  });

  test('lets a queued task start and end, for a worker may hold it', () => {
    const { after, begin, began, fail, failed, stopped, complete, completed, runFailed } = runsOf({
      a: {},
      b: { queueMs: 100, runMs: 50 },
    });
    after(start())
      .when(fail('a'))
      .then([failed('a'), stopped('failed', BOOM, { task: 'a' })])
      .when(fire(), at(1_000))
      .thenNothing()
      .when(begin('b', { startedAt: 1_000 }))
      .then([began('b', { startedAt: 1_000, due: 1_050 })])
      .when(complete('b'))
      .then([completed('b'), runFailed(BOOM)]);
  });

  test('is the cause of the stop, and no later failure is', () => {
    const { after, begin, fail, failed, stopped, runFailed } = runsOf({ a: {}, b: { retry: 3 } });
    const later = error('later');
    after(start(), begin('b'))
      .when(fail('a'))
      .then([failed('a'), stopped('failed', BOOM, { task: 'a' })])
      .when(fail('b', { error: later }))
      .then([failed('b', { error: later }), runFailed(BOOM)]);
  });

  test('ends what waits in the engine: for its dependencies, its next attempt, or a time', () => {
    const { after, fail } = runsOf({
      a: {},
      pending: { after: ['a'] },
      again: { retry: 3 },
      asleep: { type: 'sleep', input: { duration: '1h' } },
    });
    const run = after(start(), fail('again'), fail('a'));
    expect(run.state.status).toBe('failed');
    expect(run.state.tasks.map(({ status }) => status)).toEqual(['failed', 'cancelled', 'cancelled', 'cancelled']);
    run.when(fire(), at(1e9)).thenNothing();
  });
});

describe('a queued attempt of a stopping run', () => {
  const { after, fail, withdraw, withdrawn, begin, complete, runFailed } = runsOf({ a: {}, b: {} });
  const stopping = after(start(), fail('a'));

  test('is withdrawn by its owner when no worker has it or will have it', () => {
    const run = stopping.when(withdraw('b')).then([withdrawn('b'), runFailed(BOOM)]);
    expect(run.state.tasks[1]!.status).toBe('cancelled');
    run.when(withdraw('b')).thenNothing();
    run.when(complete('b')).thenRefused('task.lease-lost');
  });

  test('is not withdrawn when it has been started after all', () => {
    after(start(), fail('a'), begin('b')).when(withdraw('b')).thenNothing();
  });

  test('is not withdrawn when it is another attempt that is meant', () => {
    stopping.when(withdraw('b', { attempt: 2 })).thenNothing();
  });

  test('is not withdrawn from a run that does not stop', () => {
    after(start()).when(withdraw('b')).thenNothing();
  });

  test('is not withdrawn when it undoes something', () => {
    const saga = runsOf({ a: { compensate: true }, b: {} });
    const undoing = saga.after(start(), saga.complete('a'), saga.fail('b'));
    expect(undoing.state.tasks[saga.ordinal('~a')]!.status).toBe('queued');
    undoing.when(saga.withdraw('~a')).thenNothing();
  });
});
