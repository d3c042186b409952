import { TaskError } from '@orrery/application';
import { describe, expect, it } from '@jest/globals';
import { type CircuitOptions, Circuits, type Showing } from './circuits.js';

const A = 'http://a.test';

/** Circuits by a clock of their own, and what became of calls, one after the other. */
function given(options: Partial<CircuitOptions> = {}) {
  let now = 0;
  const circuits = new Circuits({ now: () => now, random: () => 0, ...options });
  const begin = (origin = A) => {
    try {
      return circuits.begin(origin);
    } catch (error) {
      return (error as TaskError).failure;
    }
  };
  const call = (showing: Showing, origin = A) => {
    const begun = begin(origin);
    if (typeof begun !== 'function') return begun;
    begun(showing);
    return 'called';
  };
  const fail = (times: number, origin = A) => Array.from({ length: times }, () => call('failed', origin));
  return { begin, call, fail, pass: (ms: number) => (now += ms) };
}

const open = (ms: number, failures = 5, origin = A) => ({
  code: 'http.circuit-open',
  message: `${origin} is not called for ${Math.ceil(ms / 1000)} s: its last ${failures} calls failed`,
  retryAfterMs: ms,
});

describe('An origin that fails five times in a row', () => {
  it('is left alone for a minute, and all hear for how long', () => {
    const { call, fail, pass } = given();
    expect(fail(6)).toEqual([...Array<string>(5).fill('called'), open(60_000)]);
    pass(59_999);
    expect(call('answered')).toEqual(open(1));
  });

  it('is no other: neither another port, nor another scheme', () => {
    const { call, fail } = given();
    fail(5);
    expect(['https://a.test', 'http://a.test:81'].map((origin) => call('answered', origin))).toEqual([
      'called',
      'called',
    ]);
  });

  it('is not one that answers in between, but one that shows nothing is', () => {
    const { call, fail } = given();
    fail(4);
    call('answered');
    fail(4);
    call('nothing');
    expect(fail(2)).toEqual(['called', open(60_000)]);
  });

  it('is called again a minute later by one alone, and by all when that one is answered', () => {
    const { begin, call, fail, pass } = given();
    fail(5);
    pass(60_000);
    const trial = begin() as (showing: Showing) => void;
    expect(call('answered')).toEqual(open(60_000));
    trial('answered');
    expect(fail(6)).toEqual([...Array<string>(5).fill('called'), open(60_000)]);
  });

  it('is left alone for one more minute if that one fails', () => {
    const { begin, call, fail, pass } = given();
    fail(5);
    pass(60_000);
    const trial = begin() as (showing: Showing) => void;
    pass(10_000);
    trial('failed');
    expect(call('answered')).toEqual(open(60_000, 6));
    pass(60_000);
    expect(call('answered')).toBe('called');
  });

  it('is tried again in the next minute if that one is called off', () => {
    const { call, fail, pass } = given();
    fail(5);
    pass(60_000);
    expect(call('nothing')).toBe('called');
    expect(call('answered')).toEqual(open(60_000));
    pass(60_000);
    expect(call('answered')).toBe('called');
  });

  it('is left alone no longer for what was under way, and fails later', () => {
    const { begin, call, fail, pass } = given();
    const late = begin() as (showing: Showing) => void;
    fail(5);
    pass(30_000);
    late('failed');
    expect(call('answered')).toEqual(open(30_000, 6));
  });

  it('has its next attempts spread over a tenth of the pause', () => {
    const { call, fail } = given({ random: () => 1 });
    fail(5);
    expect(call('answered')).toMatchObject({ retryAfterMs: 66_000 });
  });
});

describe('The limits of a circuit', () => {
  it('may be others', () => {
    const { call, fail, pass } = given({ failuresMax: 2, pauseMs: 500 });
    expect(fail(3)).toEqual(['called', 'called', open(500, 2)]);
    pass(500);
    expect(call('answered')).toBe('called');
  });

  it('may be none', () => {
    expect(new Set(given({ failuresMax: 0 }).fail(100))).toEqual(new Set(['called']));
  });

  it('forget the origin that has failed longest ago, where too many fail', () => {
    const { call, fail } = given();
    fail(5);
    for (let other = 0; other < 1_000; other++) fail(5, `http://${other}.test`);
    expect(call('answered', 'http://999.test')).toEqual(open(60_000, 5, 'http://999.test'));
    expect(call('answered')).toBe('called');
  });
});
