import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../kernel/json.js';
import { LIMITS } from '../definition/limits.js';
import { at, cancel, fire, pause, resume, retry, runsOf, signal, start } from '../testing/run-words.js';

const wait = (name: Json, more: object = {}) => ({ type: 'wait', input: { signal: name, ...more } }) as const;

describe('a task that waits for a signal', () => {
  const run = runsOf({ a: wait('go'), b: { after: ['a'] } });

  test('waits, and takes its payload when it comes', () => {
    run.nothing
      .when(start())
      .then([run.started(), run.began('a', { signal: 'go' })])
      .when(signal('go', { by: 'me' }))
      .then([
        run.received('go', { by: 'me' }),
        run.completed('a', { output: { by: 'me' }, signal: 'go' }),
        run.queued('b'),
      ]);
  });

  test('takes one that came early, the oldest first', () => {
    const late = runsOf({ a: {}, b: { ...wait('go'), after: ['a'] }, c: { ...wait('go'), after: ['b'] } });
    late
      .after(start(), signal('go', 1), signal('go', 2), signal('go', 3))
      .when(late.complete('a'))
      .then([
        late.completed('a'),
        late.completed('b', { output: 1, signal: 'go' }),
        late.completed('c', { output: 2, signal: 'go' }),
        late.done(),
      ]);
  });

  test('is served in the order in which it began to wait, one a signal', () => {
    const items = runsOf({ a: { ...wait('go'), forEach: [0, 1, 2] } });
    items
      .after(start())
      .when(signal('go', 'first'))
      .then([items.received('go', 'first'), items.completed('a[0]', { output: 'first', signal: 'go' })])
      .when(signal('go', 'second'))
      .then([items.received('go', 'second'), items.completed('a[1]', { output: 'second', signal: 'go' })]);
  });

  test('begins to wait anew with each attempt', () => {
    const two = runsOf({ x: {}, a: { ...wait('go'), after: ['x'] }, b: wait('go', { timeout: '1m' }) });
    two
      .after(start(), two.complete('x'), [fire(), at(60_000)], [retry(), at(61_000)])
      .when(signal('go', 1))
      .then([two.received('go', 1), two.completed('a', { attempt: 2, output: 1, signal: 'go' })]);
  });

  test('may wait for each item by another name', () => {
    const input = ({ item }: { item?: Json }) => ({ signal: `go.${item as string}` });
    const items = runsOf({ a: { type: 'wait', input, forEach: ['x', 'y'] } });
    items
      .after(start())
      .when(signal('go.y', 5))
      .then([items.received('go.y', 5), items.completed('a[1]', { output: 5, signal: 'go.y' })]);
  });

  test('waits no longer than its timeout', () => {
    const patient = runsOf({ a: { ...wait('go', { timeout: '1m' }), optional: true }, b: { after: ['a'] } });
    const failure = { code: 'task.timed-out', message: 'no signal "go" came in time' };
    patient.nothing
      .when(start())
      .then([patient.started(), patient.began('a', { signal: 'go', due: 60_000 })])
      .when(fire(), at(59_999))
      .thenNothing()
      .when(fire(), at(60_000))
      .then([patient.failed('a', { error: failure }), patient.queued('b')])
      .when(signal('go'))
      .then([patient.received('go')]);
  });

  test('keeps the time that it had left through a pause, and takes a signal in it', () => {
    const patient = runsOf({ a: wait('go', { timeout: '1m' }), b: { after: ['a'] } });
    const paused = patient.after(start(), [pause(), at(10_000)]);
    paused.when(fire(), at(70_000)).thenNothing();
    patient
      .after(start(), [pause(), at(10_000)], [resume(), at(100_000)])
      .when(fire(), at(149_999))
      .thenNothing();
    paused
      .when(signal('go'))
      .then([patient.received('go'), patient.completed('a', { signal: 'go' })])
      .when(resume(), at(20_000))
      .then([patient.resumed(20_000), patient.queued('b')]);
  });

  test('ends with its run, and takes nothing then', () => {
    const both = runsOf({ a: wait('go'), b: {} });
    both
      .after(start(), cancel())
      .when(signal('go'))
      .then([both.received('go')])
      .when(both.withdraw('b'))
      .then([both.withdrawn('b'), both.cancelled])
      .when(signal('go'))
      .thenRefused('workflow.ended');
    expect(both.after(start(), cancel()).state.tasks[0]!.status).toBe('cancelled');
  });

  test('waits again after a retry by hand, and takes one signal once', () => {
    const both = runsOf({ a: wait('go'), b: {}, c: { after: ['a'] } });
    both
      .after(start(), both.fail('b'), retry())
      .when(signal('go', 7))
      .then([both.received('go', 7), both.completed('a', { attempt: 2, output: 7, signal: 'go' }), both.queued('c')])
      .when(signal('go', 8))
      .then([both.received('go', 8)]);
  });

  test('may undo another', () => {
    const undone = runsOf({ a: { compensate: { ...wait('undone') } }, b: { after: ['a'] } });
    undone
      .after(start(), undone.complete('a'), undone.fail('b'))
      .when(signal('undone'))
      .then([undone.received('undone'), undone.completed('~a', { signal: 'undone' }), undone.compensated]);
  });

  test('fails at once when its input makes no sense', () => {
    const inputs: readonly Json[] = [
      null,
      'go',
      {},
      { signal: 5 },
      { signal: 'no name' },
      { signal: 'a', timeout: 'soon' },
      { signal: 'a', timeout: 5 },
      { signal: 'a', timeout: '0s' },
      { signal: 'a', timout: '5s' },
      { signal: 'a', schema: { type: 'string' } },
    ];
    for (const input of inputs) {
      const { events } = runsOf({ a: { type: 'wait', input } }).after(start());
      expect(events[1]).toMatchObject({ type: 'TaskFailed', error: { code: 'wait.invalid' } });
    }
  });

  test('fails when the run has no room for what came, and leaves the signal', () => {
    const large = 'x'.repeat(LIMITS.payloadBytes);
    run
      .after(start())
      .when(signal('go', large))
      .thenTypes('SignalReceived', 'TaskFailed', 'WorkflowStopped', 'WorkflowFailed');
    const kept = runsOf({ a: {}, b: { ...wait('go'), after: ['a'] } });
    kept
      .after(start(), signal('go', large))
      .when(kept.complete('a'))
      .thenTypes('TaskCompleted', 'TaskFailed', 'WorkflowStopped', 'WorkflowFailed');
  });
});

describe('a signal', () => {
  test('is refused before the start, after the end, and where nothing can ever wait for it', () => {
    const run = runsOf({ a: wait('go') }, { signals: ['approve', 'go'] });
    run.nothing.when(signal('go')).thenRefused('workflow.not-found');
    run.after(start(), signal('go')).when(signal('go')).thenRefused('workflow.ended');
    run.after(start()).when(signal('aprove')).thenRefused('signal.not-found');
    expect(() => run.after(start()).when(signal('aprove')).thenNothing()).toThrow('did you mean "approve"?');
  });

  test('may have any name where names are computed, also a strange one', () => {
    const run = runsOf({ a: wait('__proto__'), b: {} });
    run
      .after(start(), signal('other', 1), signal('constructor', 2))
      .when(signal('__proto__', 3))
      .then([run.received('__proto__', 3), run.completed('a', { output: 3, signal: '__proto__' })]);
    const many = [signal('other', 1), signal('constructor', 2), signal('other', 3)];
    const { signals, signalsKept } = run.after(start(), ...many).state;
    const kept = Object.entries(signals).map(([name, { items }]) => [name, items]);
    expect({ kept, signalsKept }).toEqual({
      kept: [
        ['other', [1, 3]],
        ['constructor', [2]],
      ],
      signalsKept: 3,
    });
  });

  test('is kept no more than so often', () => {
    const run = runsOf({ a: {} });
    const events = Array.from({ length: LIMITS.signalsKept }, () => run.received('go'));
    run.after(start()).and(events).when(signal('go')).thenRefused('signal.too-many');
    run.after(start()).and(events.slice(1)).when(signal('go')).thenTypes('SignalReceived');
  });

  test('is refused by a run that has recorded more than it may', () => {
    const run = runsOf({ a: {} });
    const events = Array.from({ length: 300 }, () => run.received('go', 'x'.repeat(900_000)));
    run.after(start()).and(events).when(signal('go')).thenRefused('workflow.history-too-long');
  });
});
