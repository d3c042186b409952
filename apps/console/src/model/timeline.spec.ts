import { describe, expect, it } from '@jest/globals';
import { history, time } from '../testing/sample-run.js';
import { sayEvent, tellEvent, toneOf } from './event-words.js';
import { extentOf, marksOf, timelineOf } from './spans.js';
import { placeOf, ticksOf, versionAt } from './ticks.js';

const error = { code: 'busy', message: 'busy' };
const EVENTS = history(
  ['WorkflowStarted'],
  ['TaskQueued', 'ship'],
  ['TaskStarted', 'ship', { startedAt: time(150) }],
  ['TaskFailed', 'ship', { error, retryAt: time(900) }],
  ['TaskQueued', 'ship', { attempt: 2 }],
  ['TaskStarted', 'ship', { attempt: 2 }],
  ['TaskCompleted', 'ship', { attempt: 2 }],
  ['TaskSkipped', 'wrap'],
  ['TaskStarted', 'undo-ship', { signal: 'go' }],
);
const ms = (after: number) => Date.parse(time(after));

describe('the timeline', () => {
  it('tells waiting, work, failure and the pause before the next attempt apart', () => {
    const [ship] = timelineOf(EVENTS, 7);
    expect(ship!.spans).toEqual([
      { kind: 'queued', start: ms(100), end: ms(150), attempt: 1 },
      { kind: 'failed', start: ms(150), end: ms(300), attempt: 1 },
      { kind: 'backoff', start: ms(300), end: ms(400), attempt: 1 },
      { kind: 'queued', start: ms(400), end: ms(500), attempt: 2 },
      { kind: 'running', start: ms(500), end: ms(600), attempt: 2 },
    ]);
  });

  it('shows what still lasts as open, and nothing that came later', () => {
    expect(timelineOf(EVENTS, 3)).toHaveLength(1);
    expect(timelineOf(EVENTS, 3)[0]!.spans.at(-1)).toMatchObject({ kind: 'running', end: null });
    expect(timelineOf(EVENTS, 1)).toEqual([]);
  });

  it('has a line for what undoes a task, and none for one that was skipped', () => {
    expect(timelineOf(EVENTS, 9).map(({ key, isCompensation }) => [key, isCompensation])).toEqual([
      ['ship', false],
      ['ship', true],
    ]);
    expect(timelineOf(EVENTS, 9)[1]!.spans).toMatchObject([{ kind: 'waiting', end: null }]);
  });

  it('has lines for lists and for what was withdrawn', () => {
    const events = history(['TaskExpanded', 'a'], ['TaskQueued', 'b'], ['TaskWithdrawn', 'b'], ['TaskCollected', 'a']);
    const kinds = timelineOf(events, 9).map(({ spans }) => spans.map(({ kind }) => kind));
    expect(kinds).toEqual([['running'], ['queued']]);
  });

  it('reaches from the first beginning to now', () => {
    expect(extentOf(timelineOf(EVENTS, 3), ms(9_000))).toEqual([ms(100), ms(9_000)]);
    expect(extentOf([], 5_000)).toEqual([4_000, 5_000]);
  });

  it('has round marks', () => {
    expect(marksOf(1_000, 5)).toEqual([0, 200, 400, 600, 800, 1_000]);
    expect(marksOf(7_300, 7)[1]).toBe(2_000);
  });
});

describe('the ticks of the slider', () => {
  it('are the events, each in the colour of its kind', () => {
    expect(ticksOf(EVENTS, 100).map(({ tone }) => tone)).toEqual([
      'active',
      'idle',
      'active',
      'failed',
      'idle',
      'active',
      'done',
      'idle',
      'undone',
    ]);
  });

  it('are folded where there are many, and a failure still shows', () => {
    const ticks = ticksOf(EVENTS, 3);
    expect(ticks.map(({ from, to, tone }) => [from, to, tone])).toEqual([
      [1, 3, 'active'],
      [4, 6, 'failed'],
      [7, 9, 'undone'],
    ]);
    expect(ticksOf([], 3)).toEqual([]);
  });

  it('stand where the hand finds them', () => {
    expect([1, 3, 5, 99].map((version) => placeOf(version, 5))).toEqual([0, 0.5, 1, 1]);
    expect([-1, 0, 0.5, 2].map((place) => versionAt(place, 5))).toEqual([1, 1, 3, 5]);
    expect(placeOf(1, 1)).toBe(1);
  });
});

describe('events in words', () => {
  it('say whose they are, and which attempt', () => {
    expect(EVENTS.map(sayEvent)).toEqual([
      'the run starts',
      'ship is queued',
      'ship begins',
      'ship fails, and will be tried again',
      'ship is queued, attempt 2',
      'ship begins, attempt 2',
      'ship is done, attempt 2',
      'wrap is skipped',
      'the compensation of ship begins',
    ]);
    expect(sayEvent({ type: 'SignalReceived', data: { name: 'go' } })).toBe('the signal go comes');
    expect(sayEvent({ type: 'SomethingNew', data: {} })).toBe('SomethingNew');
    expect(tellEvent({ type: 'WorkflowPaused', data: {} })).toBe('The run is paused');
    expect(tellEvent({ type: 'TaskQueued', data: { key: 'ship' } })).toBe('ship is queued');
  });

  it('have the colour of what they tell', () => {
    expect(toneOf({ type: 'WorkflowStopped', data: { cause: 'cancelled' } })).toBe('idle');
    expect(toneOf({ type: 'WorkflowStopped', data: { cause: 'failed' } })).toBe('failed');
    expect(toneOf({ type: 'WorkflowCompensated', data: {} })).toBe('undone');
  });
});
