import { describe, expect, it } from '@jest/globals';
import { printed } from '../output/line.js';
import { plain } from '../output/style.js';
import { checkNode } from './check-program.js';
import { clockOf, versionOf } from './check-server.js';
import { findingLines } from './findings.js';

describe('The doctor', () => {
  it.each([
    ['18.20.0', 'fail'],
    ['20.18.9', 'fail'],
    ['20.19.0', 'warn'],
    ['22.12.0', 'ok'],
    ['24.0.0', 'ok'],
  ])('says of Node %s: %s', (version, state) => {
    expect(checkNode(version).state).toBe(state);
  });

  it('compares versions', () => {
    expect(versionOf('0.1.0', '0.1.0').state).toBe('ok');
    expect(versionOf('0.2.0', '0.1.0')).toMatchObject({
      state: 'warn',
      words: 'the server is 0.2.0, this program 0.1.0',
    });
  });

  it.each([
    [10_000, 'ok'],
    [10_900, 'ok'],
    [11_500, 'warn'],
    [7_000, 'warn'],
  ])('compares clocks: %d ms there, 10,000 here', (there, state) => {
    expect(clockOf('clock', there, { asked: 9_950, answered: 10_050 }).state).toBe(state);
  });

  it('does not blame a clock for a slow answer', () => {
    expect(clockOf('clock', 12_500, { asked: 10_000, answered: 14_000 }).state).toBe('ok');
  });

  it('says in a line how it is, and in another what to do', () => {
    const lines = findingLines({ name: 'clock', state: 'warn', words: 'it is late', fix: 'Set it.' });
    expect(lines.map((line) => printed(line, 80, plain))).toEqual([
      'warn  clock     it is late',
      '                Set it.',
    ]);
  });
});
