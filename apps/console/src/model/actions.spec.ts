import { describe, expect, it } from '@jest/globals';
import { task, undoable } from '../testing/sample-run.js';
import { actionsFor, commandOf, effectOf, list } from './actions.js';
import { asCommand, asCurl } from './same-start.js';

describe('what can be done to a run', () => {
  it.each([
    ['running', ['signal', 'pause', 'cancel']],
    ['paused', ['resume', 'signal', 'cancel']],
    ['compensating', ['signal', 'pause']],
    ['failed', ['retry', 'delete']],
    ['completed', ['delete']],
  ] as const)('%s: %j', (status, names) => expect(actionsFor(status).map(({ name }) => name)).toEqual(names));

  it('is a request', () => {
    expect(commandOf('1', 'pause', {})).toEqual({ path: '/workflows/1/pause', method: 'POST' });
    expect(commandOf('1', 'delete', {})).toEqual({ path: '/workflows/1', method: 'DELETE' });
    expect(commandOf('1', 'cancel', { reason: 'late', compensate: false }).body).toEqual({
      reason: 'late',
      compensate: false,
    });
    expect(commandOf('1', 'cancel', {}).body).toEqual({ compensate: true });
    expect(commandOf('1', 'signal', { signal: 'go on', payload: 7 })).toEqual({
      path: '/workflows/1/signals/go%20on',
      method: 'POST',
      body: 7,
    });
    expect(commandOf('1', 'signal', {}).body).toBeNull();
  });
});

describe('what an action would do', () => {
  const stopped = { type: 'WorkflowStopped', data: { cause: 'cancelled', compensate: true } };
  it('is told in sentences, with what follows', () => {
    const tasks = [
      { ...undoable('reserve'), status: 'completed' as const },
      { ...task('mail'), status: 'completed' as const },
      { ...task('charge'), status: 'running' as const },
    ];
    const events = [stopped, { type: 'TaskWithdrawn', data: { key: 'wrap' } }];
    expect(effectOf({ tasks }, events)).toEqual([
      'Nothing new starts any more.',
      '1 queued task is withdrawn.',
      'charge is with workers, and awaited first.',
      'reserve will be undone, the last completed first.',
      'mail stays done: there is no compensation.',
    ]);
  });
  it('is nothing, where nothing would be recorded', () => {
    expect(effectOf({ tasks: [] }, [])).toEqual(['Nothing would change: it is so already.']);
  });
  it('is told shortly, where it is much', () => {
    const events = Array.from({ length: 11 }, (_, index) => ({ type: 'TaskQueued', data: { key: `t${index}` } }));
    expect(effectOf({ tasks: [] }, events).at(-1)).toBe('And 3 more events.');
  });
  it('names a few, and counts the rest', () => {
    expect(list(['a'])).toBe('a');
    expect(list(['a', 'b', 'c'])).toBe('a, b and c');
    expect(list(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c, d and 1 more');
    expect(list([])).toBe('Nothing');
  });
});

describe('the same start', () => {
  it('is a command that a shell reads as it is meant', () => {
    expect(asCommand('order', { note: "it's" })).toBe(`npx orrery run order --input '{"note":"it'\\''s"}'`);
    expect(asCurl('http://here', 'order', {})).toContain(`-d '{"definition":"order","input":{}}'`);
  });
});
