import { describe, expect, it } from '@jest/globals';

interface Told {
  readonly version: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}
interface Recorded {
  readonly type: string;
  readonly [field: string]: unknown;
}
interface History {
  readonly stream: string;
  readonly events: readonly Recorded[];
}
interface Rules {
  checkRun(events: readonly Told[], status: string): string[];
  checkQuiet(events: readonly Told[]): string[];
  checkList(events: readonly Told[], list: { key: string; count: number; concurrency?: number }): string[];
  checkOutput(output: unknown, wanted: readonly unknown[]): string[];
  checkSignals(events: readonly Told[], signals: { name: string; sent: unknown[]; taken?: unknown }): string[];
  checkFamily(family: readonly { id: string; parent?: object; endedAt: string | null }[]): string[];
  checkTree(root: string, histories: ReadonlyMap<string, History>, depth?: number): string[];
}

// The script is plain JavaScript, for it is run without a build.
const script: string = './stress-rules.mjs';
const { checkRun, checkQuiet, checkList, checkOutput, checkSignals, checkFamily, checkTree } = (await import(
  script
)) as Rules;

/** `['TaskQueued', 'a[0]']`: of the first attempt of that task. */
type Short = readonly [type: string, key?: string, attempt?: number] | Omit<Told, 'version'>;
const told = (...events: readonly Short[]) =>
  events.map((event, index): Told => {
    const version = index + 1;
    if ('type' in event) return { version, ...event };
    const [type, key, attempt = 1] = event;
    return { version, type, data: key === undefined ? {} : { taskId: `run~${key}`, key, attempt } };
  });
const done = (key: string): Short[] => [
  ['TaskQueued', key],
  ['TaskStarted', key],
  ['TaskCompleted', key],
];
const start: Short = ['WorkflowStarted'];
const end: Short = ['WorkflowCompleted'];
const list = [start, ['TaskExpanded', 'a'], ...done('a[0]'), ...done('a[1]'), ['TaskCollected', 'a'], end] as const;

describe('The rules for any run under stress', () => {
  it('accept what is right', () => {
    expect(checkRun(told(...list), 'completed')).toEqual([]);
    const retried = [
      ['TaskQueued', 'a'],
      ['TaskFailed', 'a'],
      ['TaskQueued', 'a', 2],
      ['TaskCompleted', 'a', 2],
    ] as const;
    expect(checkRun(told(start, ...retried, end), 'completed')).toEqual([]);
  });

  it.each<[string, Told[], string]>([
    ['a gap', told(...list).filter(({ version }) => version !== 3), 'version 4 stands where 3 should'],
    [
      'a second start',
      told(start, ['TaskStarted', 'a'], ['TaskStarted', 'a'], end),
      'a second TaskStarted of attempt 1 of a',
    ],
    ['a second end', told(start, ['TaskFailed', 'a'], ['TaskCompleted', 'a'], end), 'a second end of attempt 1 of a'],
    ['what comes after the end', told(start, end, ['TaskQueued', 'a']), 'TaskQueued after the end'],
    ['another end', told(start, ['WorkflowFailed']), 'it is failed, and not completed'],
    ['no end', told(start), 'it has not ended'],
  ])('see %s', (_, events, fault) => {
    expect(checkRun(events, 'completed')).toContain(fault);
  });

  const paused: Short = ['WorkflowPaused'];

  it('let go on what is in hands while nothing may begin, and all else when it may', () => {
    const inHands = [['TaskQueued', 'a'], paused, ['TaskStarted', 'a'], ['TaskCompleted', 'a']] as const;
    expect(checkQuiet(told(start, ...inHands, ['WorkflowResumed'], ['TaskQueued', 'b']))).toEqual([]);
  });

  it.each<[Short, Short]>([
    [paused, ['TaskQueued', 'a']],
    [paused, ['TaskStarted', 'a']],
    [['WorkflowStopped'], ['TaskExpanded', 'a']],
  ])('see what begins while nothing may: after %j, %j', (quiet, begun) => {
    expect(checkQuiet(told(start, quiet, begun))).toEqual([expect.stringContaining('while nothing may begin')]);
  });
});

describe('The rules for a list', () => {
  const check = (events: readonly Short[], more: object = {}) =>
    checkList(told(...events), { key: 'a', count: 2, ...more });

  it('accept what is right', () => {
    expect(check(list, { concurrency: 1 })).toEqual([]);
  });

  it.each<[string, readonly Short[], object, string]>([
    ['an item left out', [...done('a[0]'), ['TaskCollected', 'a']], {}, 'a[1] completed 0 times'],
    ['an item done twice', [...list, ...done('a[1]')], {}, 'a[1] completed 2 times'],
    ['an item too many', [...list, ...done('a[2]')], {}, 'a has 3 items, and not 2'],
    [
      'a list collected too early',
      [...done('a[0]'), ['TaskCollected', 'a'], ...done('a[1]')],
      {},
      'a was collected after 1 items, and not 2',
    ],
    [
      'a list that is not collected',
      [...done('a[0]'), ...done('a[1]')],
      {},
      'a was collected after 0 items, and not 2',
    ],
    [
      'too many at a time',
      [['TaskQueued', 'a[0]'], ...done('a[1]')],
      { concurrency: 1 },
      '2 items of a were under way at a time, and not 1',
    ],
  ])('see %s', (_, events, more, fault) => {
    expect(check(events, more)).toContain(fault);
  });

  it('see an output out of order, or of another length', () => {
    expect(checkOutput([1, { a: 2 }], [1, { a: 2 }])).toEqual([]);
    expect(checkOutput([2, 1], [1, 2])).toEqual([
      'item 0 of the output is 2, and not 1',
      'item 1 of the output is 1, and not 2',
    ]);
    for (const output of [null, [1], [1, 2, 3]])
      expect(checkOutput(output, [1, 2])).toEqual(['the output has not 2 items']);
  });
});

describe('The rules for signals', () => {
  const received = (...payloads: unknown[]) =>
    told(start, ...payloads.map((payload): Short => ({ type: 'SignalReceived', data: { name: 'go', payload } })));

  it('accept each signal once, taken in the order in which they came', () => {
    expect(checkSignals(received(2, 1), { name: 'go', sent: [1, 2], taken: [2, 1] })).toEqual([]);
  });

  it.each<[string, unknown[], unknown[], string]>([
    ['one that is lost', [1], [1], 'signal 2 was received 0 times'],
    ['one that came twice', [1, 2, 2], [1, 2], 'signal 2 was received 2 times'],
    ['one that nobody sent', [1, 2, 3], [1, 2], '3 signals were received, and not 2'],
    ['one taken before an older one', [1, 2], [2, 1], 'item 0 of the output is 2, and not 1'],
  ])('see %s', (_, payloads, taken, fault) => {
    expect(checkSignals(received(...payloads), { name: 'go', sent: [1, 2], taken })).toContain(fault);
  });
});

describe('The rules for a tree of runs', () => {
  const finished = { type: 'WorkflowCompleted', output: 1 };
  const took = { type: 'TaskCompleted', task: 0, attempt: 1, output: 1 };
  const run = (stream: string, parent: object | undefined, ...events: Recorded[]): [string, History] => [
    stream,
    { stream, events: [{ type: 'WorkflowStarted', parent }, ...events] },
  ];
  const child = { workflow: 'root', task: 0, attempt: 1, depth: 1 };
  const check = (...runs: [string, History][]) => checkTree('root', new Map(runs), 1);
  const root = run('root', undefined, took, finished);

  it('accept a child for each task that waited for one', () => {
    expect(check(root, run('child', child, finished), run('other', undefined))).toEqual([]);
  });

  it.each<[string, [string, History][], string]>([
    ['a tree that is not deep enough', [root], 'the tree is 0 deep, and not 1'],
    ['a child left running', [root, run('child', child)], 'child is left running, 1 deep'],
    [
      'a second child',
      [root, run('a', child, finished), run('b', child, finished)],
      'a second run for root~0, attempt 1',
    ],
    [
      'a task that completed with another output',
      [root, run('child', child, { ...finished, output: 2 })],
      'child ended with WorkflowCompleted, and its parent took it for completed',
    ],
    [
      'a task that completed when its child did not',
      [root, run('child', child, { type: 'WorkflowCancelled' })],
      'child ended with WorkflowCancelled, and its parent took it for completed',
    ],
  ])('see %s', (_, runs, fault) => {
    expect(check(...runs)).toContain(fault);
  });

  it('see a child that goes on after its parent, or for ever', () => {
    const parent = { id: 'parent', endedAt: '2026-01-01T00:00:02.000Z' };
    const child = (endedAt: string | null) => ({ id: 'child', parent, endedAt });
    expect(checkFamily([parent, child('2026-01-01T00:00:02.000Z')])).toEqual([]);
    for (const endedAt of ['2026-01-01T00:00:02.001Z', null]) {
      expect(checkFamily([parent, child(endedAt)])).toEqual([expect.stringContaining(`child ended at ${endedAt}`)]);
    }
  });
});
