import { describe, expect, it } from '@jest/globals';
import type { OpenTask, RunSummary } from '../api/types.js';
import {
  BUILT_IN_VIEWS,
  fieldOf,
  isSameView,
  readFilter,
  readMoment,
  readViews,
  withFilter,
  withTyped,
} from './filters.js';
import { sayRun, sayStanding, withAges } from './sentences.js';
import { countByStatus, hasEnded, isOver, leadingStatus } from './status.js';

const now = Date.parse('2030-01-01T12:00:00Z');
const before = (ms: number) => new Date(now - ms).toISOString();

const open = (more: Partial<OpenTask>): OpenTask => ({
  id: '1',
  workflowId: 'run',
  key: 'ship',
  type: 'demo.ship',
  status: 'queued',
  attempt: 1,
  priority: 1,
  since: before(61_000),
  nextAttemptAt: null,
  worker: null,
  error: null,
  ...more,
});

describe('why a task does not go on', () => {
  const error = { code: 'busy', message: 'the carrier is busy' };
  it.each([
    [{}, 'waits for a worker of type demo.ship, for 1 min 1 s'],
    [{ status: 'running', worker: 'w-1', attempt: 2 }, 'runs on w-1 for 1 min 1 s, attempt 2'],
    [{ status: 'running' }, 'runs for 1 min 1 s'],
    [{ status: 'failed', error }, 'failed: the carrier is busy'],
    [{ status: 'failed' }, 'failed: for good'],
    [{ status: 'waiting', error, nextAttemptAt: before(-5_000) }, 'is tried again in 5 s: the carrier is busy'],
    [{ status: 'waiting', nextAttemptAt: before(-5_000) }, 'goes on in 5 s'],
    [{ status: 'waiting' }, 'waits for 1 min 1 s'],
  ] as const)('%j: %s', (more, words) => expect(sayStanding(open(more), now)).toBe(words));
});

describe('the sentence of a run', () => {
  const run = (more: Partial<RunSummary>): RunSummary => ({
    id: 'run',
    definition: { name: 'order', version: 1 },
    status: 'running',
    labels: {},
    priority: 1,
    startedAt: before(90_000),
    endedAt: null,
    version: 3,
    tasks: { total: 5, ended: 2 },
    error: null,
    ...more,
  });
  it("is the server's, with its moments as ages, while it waits", () => {
    const waitingFor = `"ship" runs since ${before(61_000)}, attempt 1 of 3 (and 1 more)`;
    expect(sayRun(run({ waitingFor }), now)).toBe('"ship" runs for 1 min 1 s, attempt 1 of 3 (and 1 more)');
    const paused = `paused since ${before(61_000)}: resume it to go on`;
    expect(sayRun(run({ status: 'paused', waitingFor: paused }), now)).toBe('Paused for 1 min 1 s: resume it to go on');
    expect(sayRun(run({ waitingFor: null }), now)).toBe('2 of 5 tasks are done');
  });
  it('is what came of it, once it has ended', () => {
    expect(sayRun(run({ status: 'completed' }), now)).toBe('5 tasks');
    expect(sayRun(run({ status: 'completed', tasks: { total: 1, ended: 1 } }), now)).toBe('1 task');
    expect(sayRun(run({ status: 'failed', error: { code: 'x', message: 'no' } }), now)).toBe('No');
    expect(sayRun(run({ status: 'cancelled' }), now)).toBe('');
  });
});

describe('a sentence of the server', () => {
  it.each([
    [`"pay" runs since ${before(61_000)} on "w"`, '"pay" runs for 1 min 1 s on "w"'],
    [`"nap" sleeps until ${before(-9_000)}`, '"nap" sleeps and goes on in 9 s'],
    [`"ship" is tried again at ${before(-9_000)}, after`, '"ship" is tried again in 9 s, after'],
    ['"a" waits for "b"', '"a" waits for "b"'],
  ])('%s: %s', (said, words) => expect(withAges(said, now)).toBe(words));
});

describe('filters in the address', () => {
  it('are read; what is wrong in them is left out', () => {
    const words = new URLSearchParams('status=failed,odd&label=team:sky&label=&q=mars&within=1h&definition=trip');
    expect(readFilter(words)).toEqual({
      status: ['failed'],
      definition: 'trip',
      label: ['team:sky'],
      q: 'mars',
      withinMs: 3_600_000,
    });
    expect(readFilter(new URLSearchParams(''))).toEqual({ status: [], label: [] });
  });
  it('are set, repeated, and taken away', () => {
    const words = new URLSearchParams('q=mars');
    expect(withFilter(words, 'label', ['a', 'b']).toString()).toBe('q=mars&label=a&label=b');
    expect(withFilter(words, 'q', '').toString()).toBe('');
  });
  it('may be of moments; what is none is left out', () => {
    const words = new URLSearchParams('startedAfter=2030-01-01&startedBefore=2030-01-02T10:00:00Z&endedBefore=soon');
    expect(readFilter(words)).toEqual({
      status: [],
      label: [],
      startedAfter: '2030-01-01T00:00:00.000Z',
      startedBefore: '2030-01-02T10:00:00.000Z',
    });
  });
  it.each([
    ['mars definition:trip ', 'definition=trip&q=mars', 'mars '],
    ['label:team=sky label:moon ', 'label=team%3Asky&label=moon', ''],
    ['state:failed state:paused x', 'status=failed%2Cpaused&q=x', 'x'],
    ['after:2030-01-01 ', 'startedAfter=2030-01-01T00%3A00%3A00.000Z', ''],
    [
      'before:2030-01-01 ended-before:2030 ',
      'startedBefore=2030-01-01T00%3A00%3A00.000Z&endedBefore=2030-01-01T00%3A00%3A00.000Z',
      '',
    ],
    ['after:2030-01-01T10:00 ', 'startedAfter=2030-01-01T10%3A00%3A00.000Z', ''],
    ['definition:tri', 'q=definition%3Atri', 'definition:tri'],
    ['http://mars ', 'q=http%3A%2F%2Fmars', 'http://mars '],
  ])('are typed among the words: %s', (text, address, rest) => {
    const [words, left] = withTyped(new URLSearchParams(''), text, 'utc');
    expect([words.toString(), left]).toEqual([address, rest]);
  });
  it('are of the zone that is shown, where a moment says none', () => {
    const at = '2030-07-01T10:30:00.000Z';
    expect(fieldOf(at, 'utc')).toBe('2030-07-01T10:30');
    expect(fieldOf(undefined, 'utc')).toBe('');
    for (const zone of ['utc', 'local'] as const) expect(readMoment(fieldOf(at, zone), zone)).toBe(at);
    expect(readMoment('2030-07-01T10:30', 'local')).toBe(new Date(2030, 6, 1, 10, 30).toISOString());
    expect(readMoment('2030-07-01T12:30+02:00', 'utc')).toBe(at);
    expect(readMoment('soon', 'utc')).toBeUndefined();
  });
  it('are the same view in whatever order', () => {
    expect(isSameView('a=1&b=2', new URLSearchParams('b=2&a=1'))).toBe(true);
    expect(isSameView(BUILT_IN_VIEWS[1]!.search, new URLSearchParams(''))).toBe(false);
  });
  it('are kept as views; what cannot be read is no view', () => {
    expect(readViews('[{"name":"mine","search":"q=1"},{"name":3}]')).toEqual([{ name: 'mine', search: 'q=1' }]);
    expect(readViews('{')).toEqual([]);
    expect(readViews(null)).toEqual([]);
  });
});

describe('the state of many tasks', () => {
  it.each([
    [{ completed: 3, failed: 1 }, 'failed'],
    [{ completed: 3, running: 1 }, 'running'],
    [{ completed: 3, pending: 1 }, 'running'],
    [{ pending: 2 }, 'pending'],
    [{ completed: 3, skipped: 1 }, 'completed'],
    [{}, 'pending'],
  ] as const)('%j is %s', (counts, status) => expect(leadingStatus(counts)).toBe(status));

  it('is counted', () => {
    expect(countByStatus([{ status: 'queued' }, { status: 'queued' }])).toEqual({ queued: 2 });
    expect([isOver('skipped'), isOver('waiting'), hasEnded('failed'), hasEnded('paused')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});
