import { describe, expect, it } from '@jest/globals';

interface Slept {
  readonly id: string;
  readonly ms: number;
  readonly after: ReadonlySet<number>;
}
interface Told {
  readonly version: number;
  readonly type: string;
  readonly at: string;
  readonly data: { readonly taskId?: string };
}
interface Rules {
  graphOf(instance: object, timeScale: number): Slept[];
  countEdges(tasks: readonly Slept[]): number;
  criticalPath(tasks: readonly Slept[]): number;
  checkRun(events: readonly Told[], tasks: readonly Slept[]): string[];
}

// The script is plain JavaScript, for it is run without a build.
const script: string = './instance-rules.mjs';
const { graphOf, countEdges, criticalPath, checkRun } = (await import(script)) as Rules;

const instance = {
  workflow: {
    specification: {
      tasks: [
        { id: 'join', parents: ['left', 'right'], children: [] },
        { id: 'left', parents: [], children: ['join'] },
        { id: 'right', parents: [], children: [] },
      ],
    },
    execution: {
      tasks: [
        { id: 'left', runtimeInSeconds: 2 },
        { id: 'right', runtimeInSeconds: 5 },
        { id: 'join', runtimeInSeconds: 0 },
      ],
    },
  },
};
const tasks = graphOf(instance, 0.001);

/** `['TaskStarted', 1, 3]`: of task 1, after 3 ms. */
type Short = readonly [type: string, task?: number, ms?: number];
const told = (events: readonly Short[]) =>
  events.map(([type, task, ms = 0], index): Told => {
    const data = task === undefined ? {} : { taskId: `run~${task}` };
    return { version: index + 1, type, at: new Date(ms).toISOString(), data };
  });

const right: Short[] = [
  ['WorkflowStarted'],
  ['TaskStarted', 1, 1],
  ['TaskStarted', 2, 1],
  ['TaskCompleted', 1, 3],
  ['TaskCompleted', 2, 6],
  ['TaskCompleted', 0, 6],
  ['WorkflowCompleted', undefined, 6],
];
const without = (index: number) => right.filter((_, other) => other !== index);
const instead = (index: number, event: Short) => right.map((each, other) => (other === index ? event : each));
const earlier = [...right.slice(0, 4), right[5]!, right[4]!, right[6]!];

describe('The graph of an instance', () => {
  it('has the edges that either end tells of, each once, and scaled runtimes', () => {
    expect(tasks.map(({ ms }) => ms)).toEqual([0, 2, 5]);
    expect(tasks.map(({ after }) => [...after])).toEqual([[1, 2], [], []]);
    expect(countEdges(tasks)).toBe(2);
  });

  it('has a critical path, however long a chain is', () => {
    expect(criticalPath(tasks)).toBe(5);
    const chain = Array.from({ length: 20_000 }, (_, index) => ({
      id: `t${index}`,
      ms: 1,
      after: new Set(index < 19_999 ? [index + 1] : []),
    }));
    expect(criticalPath(chain)).toBe(20_000);
  });
});

describe('The rules that the run of an instance is held to', () => {
  it('accept what is right', () => {
    expect(checkRun(told(right), tasks)).toEqual([]);
  });

  it.each<[string, Told[], string]>([
    ['a gap between versions', told(right).filter(({ version }) => version !== 2), 'version 3 stands where 2 should'],
    ['a task that never ended', told(without(4)), 'task right completed 0 times'],
    [
      'a task that ended twice',
      told([...right.slice(0, 6), ['TaskCompleted', 0, 6], right[6]!]),
      'task join completed 2 times',
    ],
    [
      'a task of somebody else',
      told(instead(1, ['TaskStarted', 7])),
      'version 2: TaskStarted of run~7, which the instance does not have',
    ],
    [
      'a beginning after the end',
      told([...right.slice(0, 6), ['TaskStarted', 1, 6], right[6]!]),
      'task left goes on after its end',
    ],
    ['a short sleep', told(instead(4, ['TaskCompleted', 2, 5])), 'task right slept 4 ms of 5'],
    ['a task recorded too early', told(earlier), 'task join began before all that it waits for had ended'],
    [
      'a task that began too early',
      told(instead(5, ['TaskCompleted', 0, 5])),
      'task join began before all that it waits for had ended',
    ],
    ['another beginning', told(instead(0, ['WorkflowPaused'])), 'the run begins with WorkflowPaused'],
    ['another end', told(instead(6, ['WorkflowFailed'])), 'the run ends with WorkflowFailed'],
  ])('see %s', (_, events, fault) => {
    expect(checkRun(events, tasks)).toContain(fault);
  });
});
