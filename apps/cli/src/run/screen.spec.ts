import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { Workflow } from '@orrery/sdk';
import fc from 'fast-check';
import { printed, widthOf } from '../output/line.js';
import { coloured, plain } from '../output/style.js';
import { screenLines } from './screen.js';
import { TASK_STATUSES } from './status-words.js';
import { at, idOf, mosaic, order, pictureAt, task, workflow } from './testing/sample-runs.js';

interface Size {
  readonly columns: number;
  readonly rows: number;
}

const WIDE: Size = { columns: 80, rows: 24 };
const NARROW: Size = { columns: 40, rows: 10 };

const drawn = (run: Workflow, { columns, rows }: Size, paint = plain, ms = 6_200) =>
  screenLines(pictureAt(ms, run), { columns, rows }).map((line) => printed(line, columns, paint));

/** A frame, so that a snapshot shows what is empty. */
const framed = (lines: readonly string[]) => `\n${lines.map((line) => `|${line}`).join('\n')}\n`;

describe('A run on a terminal', () => {
  it.each([
    ['a wide one', WIDE],
    ['a narrow one', NARROW],
  ])('is a tree on %s', (_name, size) => {
    expect(framed(drawn(order(), size))).toMatchSnapshot();
  });

  it.each([
    ['a wide one', WIDE],
    ['a narrow one', NARROW],
  ])('with 2,000 tasks is readable on %s: who is alike is one line, what failed and runs is named', (_name, size) => {
    expect(framed(drawn(mosaic(), size))).toMatchSnapshot();
  });

  it('has colours if they are wanted, and says nothing by them alone', () => {
    const lines = drawn(order(), WIDE, coloured);
    expect(framed(lines)).toMatchSnapshot();
    expect(lines.map(stripVTControlCharacters)).toEqual(drawn(order(), WIDE));
  });

  it('says why it failed, and what was undone', () => {
    const failure = { code: 'card.declined', message: 'the bank declined the card' };
    const tasks = [
      task(0, 'reserve', 'compensated'),
      task(1, 'courier', 'compensating', { dependsOn: [idOf(0)] }),
      task(2, 'charge', 'failed', { dependsOn: [idOf(1)], error: failure }),
      task(3, 'ship', 'cancelled', { dependsOn: [idOf(2)] }),
    ];
    expect(framed(drawn(workflow(tasks, { status: 'compensating', error: failure }), WIDE))).toMatchSnapshot();
  });

  it('shows the items of a list below the task that they are items of, and what waits for them after', () => {
    const items = Array.from({ length: 4 }, (_, n) => task(100 + n, `ship[${n}]`, n < 2 ? 'completed' : 'running'));
    const tasks = [
      task(0, 'pack', 'completed'),
      task(1, 'ship', 'running', { dependsOn: [idOf(0)] }),
      task(2, 'bill', 'pending', { dependsOn: [idOf(1)] }),
      ...items,
    ];
    expect(framed(drawn(workflow(tasks), WIDE))).toMatchSnapshot();
    expect(framed(drawn(workflow(tasks), { columns: 80, rows: 11 }))).toMatchSnapshot();
  });

  it('tells the sentence on why it does not go on', () => {
    const waitingFor = '"hello" waits for the signal "go"';
    expect(drawn(workflow([task(0, 'hello', 'waiting')], { waitingFor }), WIDE)).toContain(waitingFor);
  });

  it('says for which worker a task has long been queued', () => {
    const lines = drawn(workflow([task(0, 'paint', 'queued')]), WIDE);
    expect(lines.at(-1)).toBe('◌ paint  queued      6.2 s · for a worker of demo.paint');
  });

  it('stands still once the run has ended', () => {
    const ended = workflow([task(0, 'hello', 'completed')], { status: 'completed', endedAt: at(1_500) });
    expect(drawn(ended, WIDE, plain, 1_000_000)[0]).toBe('order-fulfilment@3  completed    1.5 s');
  });

  it('is never higher or wider than the window, whatever the run', () => {
    const keys = fc.constantFrom(
      'a',
      'böse',
      'x_1',
      'x_2',
      'x_3',
      'y[0]',
      'y[1]',
      'y[2]',
      '工程',
      'very.long'.repeat(14),
    );
    const tasks = fc.array(fc.record({ key: keys, status: fc.constantFrom(...TASK_STATUSES), on: fc.nat(20) }), {
      maxLength: 80,
    });
    const sizes = fc.record({ columns: fc.integer({ min: 10, max: 120 }), rows: fc.integer({ min: 3, max: 40 }) });
    fc.assert(
      fc.property(tasks, sizes, (given, size) => {
        const run = workflow(
          given.map(({ key, status, on }, n) => task(n, key, status, { dependsOn: n > on ? [idOf(on)] : [] })),
        );
        const lines = drawn(run, size);
        expect(lines.length).toBeLessThan(size.rows);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(size.columns);
      }),
    );
  });

  it('cannot be made to move the cursor by what a task says', () => {
    const error = { code: 'x', message: 'up\u001b[2Aand\nover\u0007' };
    const [last] = drawn(workflow([task(0, 'evil\u001b]0;title\u0007', 'failed', { error })]), WIDE).slice(-1);
    expect(last).not.toMatch(/[\u0000-\u001f\u007f]/);
  });
});
