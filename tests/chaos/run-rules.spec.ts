import { describe, expect, it } from '@jest/globals';

interface Event {
  readonly type: string;
  readonly task?: number;
  readonly attempt?: number;
  readonly status?: string;
}
type Planned = { readonly dependsOn: readonly number[]; readonly undoneBy?: number; readonly undoes?: number };

interface Rules {
  checkRun(events: readonly Event[], plan: ReadonlyMap<number, Planned>): string[];
  statusOf(events: readonly Event[]): string;
}

// The script is plain JavaScript, for it is run without a build.
const script: string = './run-rules.mjs';
const { checkRun, statusOf } = (await import(script)) as Rules;

// a, then b; 2 undoes a, 3 undoes b; c comes last.
const plan = new Map<number, Planned>([
  [0, { dependsOn: [], undoneBy: 2 }],
  [1, { dependsOn: [0], undoneBy: 3 }],
  [2, { dependsOn: [], undoes: 0 }],
  [3, { dependsOn: [], undoes: 1 }],
  [4, { dependsOn: [1] }],
]);
const of = (type: string, task: number, attempt = 1): Event => ({ type, task, attempt });
const done = (task: number, attempt = 1) => [
  of('TaskQueued', task, attempt),
  of('TaskStarted', task, attempt),
  of('TaskCompleted', task, attempt),
];
const just = (type: string): Event => ({ type });

const started = just('WorkflowStarted');
const completed = [started, ...done(0), ...done(1), ...done(4), just('WorkflowCompleted')];
const stopped = [of('TaskQueued', 4), of('TaskFailed', 4), just('WorkflowStopped'), just('CompensationStarted')];
const compensated = [started, ...done(0), ...done(1), ...stopped, ...done(3), ...done(2), just('WorkflowCompensated')];

describe('The rules that the crash script holds runs to', () => {
  it('accept what is right', () => {
    expect(checkRun(completed, plan)).toEqual([]);
    expect(checkRun(compensated, plan)).toEqual([]);
    const retried = [of('TaskQueued', 0), of('TaskFailed', 0), ...done(0, 2)];
    expect(checkRun([started, ...retried, ...done(1)], plan)).toEqual([]);
    const failed = [started, of('TaskQueued', 0), of('TaskFailed', 0), just('WorkflowFailed')];
    expect(checkRun([...failed, { type: 'WorkflowRetried', status: 'running' }, ...done(0, 2)], plan)).toEqual([]);
  });

  it.each([
    ['a second outcome', [started, ...done(0), of('TaskCompleted', 0)], /TaskCompleted of task 0, which was completed/],
    [
      'two failures of an attempt',
      [started, of('TaskFailed', 0), of('TaskFailed', 0)],
      /a second outcome of attempt 1/,
    ],
    ['a second start', [started, of('TaskStarted', 0), of('TaskStarted', 0)], /started twice/],
    [
      'an attempt left out',
      [started, of('TaskQueued', 0), of('TaskQueued', 0, 3)],
      /attempt 3 of task 0 after attempt 1/,
    ],
    [
      'an attempt that comes back',
      [started, ...done(0, 1).slice(0, 2), of('TaskQueued', 0, 2), of('TaskFailed', 0, 1)],
      /attempt 1 of task 0 after attempt 2/,
    ],
    ['a task before its time', [started, ...done(1)], /task 1 began before task 0 was done/],
    ['anything after the end', [...completed, of('TaskQueued', 4, 2)], /after the end/],
    [
      'a task queued after the stop',
      [started, ...done(0), just('WorkflowStopped'), of('TaskQueued', 1)],
      /task 1 was queued after the stop/,
    ],
    ['another beginning', [...done(0)], /begins with TaskQueued/],
    ['two starts', [started, started], /started twice/],
    ['something undone before its time', [started, ...done(0), ...done(2)], /undone before compensation began/],
    [
      'the wrong order of undoing',
      [started, ...done(0), ...done(1), ...stopped, ...done(2), ...done(3), just('WorkflowCompensated')],
      /undone were 2,3, and not 3,2/,
    ],
    [
      'something not undone',
      [started, ...done(0), ...done(1), ...stopped, ...done(3), just('WorkflowCompensated')],
      /undone were 3, and not 3,2/,
    ],
    [
      'something undone that was never done',
      [started, ...done(0), ...stopped, ...done(3), ...done(2), just('WorkflowCancelled')],
      /undone were 3,2, and not 2/,
    ],
  ])('name %s', (_, events, words) => {
    expect(checkRun(events, plan).join('\n')).toMatch(words);
  });

  it('know how a run stands', () => {
    expect(statusOf(completed)).toBe('completed');
    expect(statusOf(compensated)).toBe('compensated');
    expect(statusOf(compensated.slice(0, -1))).toBe('compensating');
    expect(statusOf([started])).toBe('running');
    expect(statusOf([started, just('WorkflowPaused')])).toBe('paused');
    expect(statusOf([started, just('WorkflowPaused'), { type: 'WorkflowResumed', status: 'running' }])).toBe('running');
  });
});
