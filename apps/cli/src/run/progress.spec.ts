import { describe, expect, it } from '@jest/globals';
import { printed } from '../output/line.js';
import { plain } from '../output/style.js';
import { barLine, countsLine, progressOf } from './progress.js';
import { event, idOf, pictureAt, task, workflow } from './testing/sample-runs.js';

const text = (line: Parameters<typeof printed>[0]) => printed(line, 200, plain);

/** Forty tasks, of which some complete, one every 100 ms. */
function onItsWay(completed: number) {
  const tasks = Array.from({ length: 40 }, (_, n) => task(n, `t_${n}`, 'running'));
  const picture = pictureAt(0, workflow(tasks));
  for (let n = 0; n < completed; n++)
    picture.apply(event(11 + n, 'TaskCompleted', { taskId: idOf(n), key: `t_${n}`, attempt: 1 }, 1_000 + n * 100));
  return picture;
}

describe('Progress', () => {
  it('counts what is where', () => {
    const statuses = [
      'completed',
      'skipped',
      'failed',
      'running',
      'queued',
      'waiting',
      'pending',
      'cancelled',
    ] as const;
    const progress = progressOf(pictureAt(0, workflow(statuses.map((status, n) => task(n, `t${n}`, status)))));
    expect(progress).toMatchObject({ done: 2, failed: 1, running: 1, waiting: 2, cancelled: 1, total: 8 });
    expect(text(countsLine(progress))).toBe('1 failed · 1 running · 2 waiting · 2 done · 1 cancelled · 1 to come');
  });

  it('tells a rate, and when the rest will be done, once there is something to tell it from', () => {
    expect(progressOf(onItsWay(4))).toMatchObject({ rate: undefined, leftMs: undefined });
    const { rate, leftMs } = progressOf(onItsWay(20));
    expect(rate).toBeCloseTo(10.5, 0);
    expect(leftMs).toBeCloseTo(1_900, -2);
  });

  it('tells no end of what does not go on', () => {
    const picture = onItsWay(20);
    picture.apply(event(90, 'WorkflowPaused', {}, 3_000));
    expect(progressOf(picture)).toMatchObject({ rate: undefined, leftMs: undefined });
  });

  it('is a bar of the width there is', () => {
    expect(text(barLine(progressOf(onItsWay(20)), 40))).toBe('███████░░░░░░  20/40  50%  11/s  ETA 2 s');
    expect(text(barLine(progressOf(onItsWay(0)), 24))).toBe(`${'░'.repeat(14)}  0/40  0%`);
  });

  it('of a run without tasks is complete', () => {
    expect(text(barLine(progressOf(pictureAt(0, workflow([]))), 20))).toBe('░░░░░░░░░  0/0  100%');
  });
});
