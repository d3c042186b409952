import { describe, expect, it } from '@jest/globals';
import { history, task, time } from '../testing/sample-run.js';
import { compareTasks, compareTimelines, eventLines, jsonLines, sayLonger } from './compare-runs.js';
import { beside, folded } from './line-diff.js';

const ran = { status: 'completed', attempt: 1, startedAt: time(0) } as const;
const NOW = [Date.parse(time(900)), Date.parse(time(5_000))] as const;

describe('the tasks of two runs', () => {
  it('are laid beside each other by their keys, with what differs', () => {
    const one = [
      task('pay', [], { ...ran, endedAt: time(100), output: { b: 1, a: [2] } }),
      task('ship', [], { ...ran, endedAt: time(300), output: 1 }),
      task('gone'),
    ];
    const other = [
      task('pay', [], { ...ran, endedAt: time(150), output: { a: [2], b: 1 } }),
      task('ship', [], {
        ...ran,
        status: 'failed',
        attempt: 3,
        endedAt: time(200),
        error: { code: 'x', message: 'x' },
      }),
      task('fresh'),
    ];
    const told = compareTasks([one, other], NOW).map(({ key, differences, longerMs }) => [key, differences, longerMs]);
    expect(told).toEqual([
      ['pay', [], 50],
      ['ship', ['state', 'attempts', 'error', 'output'], -100],
      ['gone', ['missing'], null],
      ['fresh', ['missing'], null],
    ]);
  });

  it('have lasted until now, where they still do, and no time where they were not worked on', () => {
    const running = task('pay', [], { ...ran, status: 'running' });
    expect(compareTasks([[running], [running]], NOW)[0]!.tookMs).toEqual([900, 5_000]);
    const skipped = task('pay', [], { ...ran, status: 'skipped' });
    expect(compareTasks([[running], [skipped]], NOW)[0]!.longerMs).toBeNull();
  });

  it('are said to have taken longer or shorter', () => {
    expect([2_000, -40, 0].map(sayLonger)).toEqual(['2.0 s longer', '40 ms shorter', 'as long']);
  });
});

describe('the timelines of two runs', () => {
  it('begin at the same moment', () => {
    const one = history(
      ['WorkflowStarted'],
      ['TaskStarted', 'ship'],
      ['TaskCompleted', 'ship'],
      ['TaskStarted', 'undo-ship'],
    );
    const later = history(['TaskSkipped', 'x'], ['WorkflowStarted'], ['TaskStarted', 'ship']).slice(1);
    const rows = compareTimelines([one, later]);
    expect(rows.map(({ key, isCompensation }) => [key, isCompensation])).toEqual([
      ['ship', false],
      ['ship', true],
    ]);
    expect(rows[0]!.sides.map((spans) => spans.map(({ start, end }) => [start, end]))).toEqual([
      [[100, 200]],
      [[100, null]],
    ]);
    expect(rows[1]!.sides[1]).toEqual([]);
  });
});

describe('two texts beside each other', () => {
  it('have on one line what is in both', () => {
    expect(beside('a\nb\nc\nd', 'a\nx\nd\ne')).toEqual([
      { left: 'a', right: 'a', isSame: true },
      { left: 'b', right: 'x', isSame: false },
      { left: 'c', right: undefined, isSame: false },
      { left: 'd', right: 'd', isSame: true },
      { left: undefined, right: 'e', isSame: false },
    ]);
  });

  it('are of JSON whatever the order of its names, and of events in words', () => {
    expect(jsonLines({ b: [{ d: 1, c: 2 }], a: null })).toBe(jsonLines({ a: null, b: [{ c: 2, d: 1 }] }));
    expect(eventLines(history(['WorkflowStarted'], ['TaskQueued', 'ship']))).toBe('the run starts\nship is queued');
  });
});

describe('what is far from any difference', () => {
  const told = (text: string) =>
    folded([...text], (letter) => letter === '.').map(({ isFolded, from, lines }) => [isFolded, from, lines.join('')]);
  it.each([
    [
      '..........x..........',
      [
        [true, 0, '.......'],
        [false, 7, '...x...'],
        [true, 14, '.......'],
      ],
    ],
    [
      'x.......y',
      [
        [false, 0, 'x...'],
        [false, 4, '.'],
        [false, 5, '...y'],
      ],
    ],
    ['........', [[true, 0, '........']]],
    ['', []],
  ])('is folded, if it is long: %s', (text, stretches) => expect(told(text)).toEqual(stretches));
});
