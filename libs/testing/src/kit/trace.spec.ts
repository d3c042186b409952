import { describe, expect, it } from '@jest/globals';
import { Trace, clockTime } from './trace.js';

describe('a trace', () => {
  it('tells times as people read them', () => {
    expect([0, 12_345, 59_999, 60_000, 3_600_000 * 25 + 1].map(clockTime)).toEqual([
      '0.000 s',
      '12.345 s',
      '59.999 s',
      '00:01:00.000',
      '1d 01:00:00.001',
    ]);
  });

  it('is told from its end, where it is long', () => {
    let now = 0;
    const trace = new Trace(() => now);
    trace.add('test', 'starts order');
    now = 75_000;
    trace.add('engine-1', 'x crashes');
    expect(trace.toText().split('\n').slice(0, 2)).toEqual([
      '     0.000 s  test      starts order',
      '00:01:15.000  engine-1  x crashes',
    ]);
    expect(trace.toText({ last: 1 }).split('\n').slice(0, 2)).toEqual([
      '... 1 line before',
      '00:01:15.000  engine-1  x crashes',
    ]);
  });
});
