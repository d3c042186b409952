import { describe, expect, test } from '@jest/globals';
import { type Json, LIMITS, type TaskDocument, compileDefinition, jsonSize, parseDuration } from '@orrery/domain';
import fc from 'fast-check';
import { type ImportOptions, importWfFormat } from './import-wfformat.js';
import { INSTANCE_FAULTS } from './instance-faults.js';
import { type SketchedTask, type ToldBy, type Version, changedAt, graphs, instanceOf } from './testing/instances.js';

const options: ImportOptions = { name: 'sketch', timeScale: 1 };

function imported(instance: object, more: Partial<ImportOptions> = {}) {
  const result = importWfFormat(JSON.stringify(instance), { ...options, ...more });
  if ('faults' in result) throw new Error(JSON.stringify(result.faults, null, 2));
  return result.document;
}

const planOf = (instance: object, more: Partial<ImportOptions> = {}) => compiledPlan(imported(instance, more));

function compiledPlan(document: object) {
  const compiled = compileDefinition(document as unknown as Json);
  if (!('plan' in compiled)) throw new Error(JSON.stringify(compiled.faults));
  return compiled.plan;
}

const faultsIn = (instance: unknown) => {
  const text = typeof instance === 'string' ? instance : JSON.stringify(instance);
  const result = importWfFormat(text, options);
  return 'faults' in result ? result.faults.map(({ code, pointer }) => `${code} ${pointer}`) : [];
};

const task = (id: string, runtime = 1, ...after: number[]): SketchedTask => ({ id, runtime, after });
const diamond = [task('a', 1.5), task('b', 0.25, 0), task('c', 3600, 0), task('d', 0, 1, 2)];
const sleepsOf = (tasks: { readonly [key: string]: TaskDocument }) =>
  Object.values(tasks).map(({ input }) => (input as { duration: string }).duration);

describe('an instance in WfFormat', () => {
  test('becomes a definition whose tasks sleep as long as they took, with the same graph', () => {
    expect(imported(instanceOf(diamond))).toEqual({
      orrery: 'v1',
      name: 'sketch',
      description:
        'WfCommons instance "sketch" (WfFormat 1.5, executed at 20200401T035043+0000): each of its 4 tasks sleeps 1 times as long as it took.',
      tasks: {
        a: { type: 'sleep', input: { duration: '1s500ms' } },
        b: { type: 'sleep', input: { duration: '250ms' }, dependsOn: ['a'] },
        c: { type: 'sleep', input: { duration: '1h' }, dependsOn: ['a'] },
        d: { type: 'sleep', input: { duration: '0s' }, dependsOn: ['b', 'c'] },
      },
    });
  });

  test.each([
    [0.001, ['2ms', '1ms', '3s600ms', '0s']],
    [0, ['0s', '0s', '0s', '0s']],
    [0.1, ['150ms', '25ms', '6m', '0s']],
  ])('scaled by %d sleeps that much, rounded up to whole milliseconds', (timeScale, sleeps) => {
    expect(sleepsOf(imported(instanceOf(diamond), { timeScale }).tasks)).toEqual(sleeps);
  });

  test('has edges that are told by either end, or by both', () => {
    const whole = imported(instanceOf(diamond)).tasks;
    for (const toldBy of ['parents', 'children'] as const) {
      expect(imported(instanceOf(diamond, '1.5', toldBy)).tasks).toEqual(whole);
    }
  });

  test('keeps its ids as keys, changed as little as may be', () => {
    const ids = ['1.cwl#run/a', 'a:b', 'a/b', 'a_b', 'a_b-2', 'x'.repeat(200), `${'x'.repeat(200)}y`, '__proto__'];
    const keys = Object.keys(imported(instanceOf(ids.map((id) => task(id)))).tasks);
    const long = 'x'.repeat(128);
    const plain = ['_1.cwl_run_a', 'a_b', 'a_b-3', 'a_b-4', 'a_b-2', long, `${long.slice(2)}-2`, '___proto__'];
    expect(keys).toEqual(plain);
  });

  test('is named as it is told, made lawful', () => {
    expect(imported(instanceOf(diamond), { name: '05d montage' }).name).toBe('_05d_montage');
  });

  test('may begin with a byte order mark', () => {
    expect(importWfFormat(`\uFEFF${JSON.stringify(instanceOf(diamond))}`, options)).toHaveProperty('document');
  });

  test('may know its tasks by names that only their ids tell apart', () => {
    const tasks = [
      { name: 'split', id: 'ID1', runtime: 1 },
      { name: 'count_ID2', id: 'ID2', runtime: 1, parents: ['split'] },
      { name: 'count', id: 'ID3', runtime: 1, parents: ['ID1'] },
      { name: 'join', runtime: 1, parents: ['ID3', 'count_ID2'] },
    ];
    expect(imported({ schemaVersion: '1.4', workflow: { tasks } }).tasks).toMatchObject({
      split_ID1: {},
      count_ID2: { dependsOn: ['split_ID1'] },
      count_ID3: { dependsOn: ['split_ID1'] },
      join: { dependsOn: ['count_ID3', 'count_ID2'] },
    });
  });

  test.each<Version>(['1.3', '1.4', '1.5', '1.6'])('of version %s compiles, with the very same edges', (version) => {
    fc.assert(
      fc.property(graphs, fc.constantFrom<ToldBy[]>('parents', 'children', 'both'), (tasks, toldBy) => {
        const plan = planOf(instanceOf(tasks, version, toldBy));
        const sorted = (positions: readonly number[]) => [...positions].sort((a, b) => a - b);
        expect(plan.tasks.map(({ dependsOn }) => sorted(dependsOn))).toEqual(tasks.map(({ after }) => sorted(after)));
      }),
      { numRuns: 200 },
    );
  });

  test('sleeps at least as long as it took, scaled, and less than a millisecond more', () => {
    const scales = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(graphs, scales, (tasks, timeScale) => {
        const sleeps = sleepsOf(imported(instanceOf(tasks), { timeScale }).tasks).map((text) => parseDuration(text)!);
        for (const [position, { runtime }] of tasks.entries()) {
          const exact = runtime * timeScale * 1000;
          expect(sleeps[position]!).toBeGreaterThanOrEqual(exact - 1e-6);
          expect(sleeps[position]!).toBeLessThan(exact + 1);
        }
      }),
    );
  });
});

describe('a large instance', () => {
  const many = (count: number, id: (n: number) => string, fanIn: number) =>
    Array.from({ length: count }, (_, n) =>
      task(id(n), 3, ...Array.from({ length: Math.min(n, fanIn) }, (__, back) => n - back - 1)),
    );
  const long = (n: number) => `mDiffFit_ID${String(n).padStart(7, '0')}`;

  test('gets short keys where its own would not fit, and they do not depend on the time scale', () => {
    const instance = instanceOf(many(18_000, long, 8));
    const [exact, none] = [imported(instance, { timeScale: 1_000 }), imported(instance, { timeScale: 0 })];
    expect(Object.keys(exact.tasks).slice(0, 2)).toEqual(['mDi1', 'mDi2']);
    expect(Object.keys(none.tasks)).toEqual(Object.keys(exact.tasks));
    expect(jsonSize(exact as unknown as Json)).toBeLessThan(LIMITS.definitionBytes);
    expect(compiledPlan(exact).tasks[9_000]!.dependsOn).toHaveLength(8);
  });

  test('gets short keys where its ids begin with no letter', () => {
    const tasks = many(18_000, (n) => `${n}:${'x'.repeat(200)}`, 1);
    expect(Object.keys(imported(instanceOf(tasks)).tasks)[17_999]).toBe('t18000');
  });

  test('is told that it is too large only when short keys do not help', () => {
    expect(faultsIn(instanceOf(many(14_000, long, 30)))).toEqual([
      'definition.limit-exceeded /workflow/specification/tasks',
    ]);
    expect(faultsIn(instanceOf(many(20_001, (n) => `t${n}`, 0)))).toEqual([
      'definition.limit-exceeded /workflow/specification/tasks',
    ]);
  });
});

describe('an instance that is wrong', () => {
  const at = '/workflow/specification/tasks';
  const done = '/workflow/execution/tasks';
  const changed = (changes: { readonly [pointer: string]: unknown }) => changedAt(instanceOf(diamond), changes);
  const old = (...tasks: object[]) => ({ schemaVersion: '1.4', workflow: { tasks } });
  const runtime = 1;
  const twins = [1, 2].map((id) => ({ name: 'a', id: `ID${id}`, runtime }));
  const endless = '{"schemaVersion":"1.4","workflow":{"tasks":[{"name":"a","runtime":1e999}]}}';

  test.each<[string, unknown, string]>([
    ['is no JSON', '{"schemaVersion": 1.5,}', 'wfformat.not-json '],
    ['is something else', [], 'wfformat.unknown-version '],
    ['is of another version', { schemaVersion: '1.2' }, 'wfformat.unknown-version /schemaVersion'],
    ['is of a version that is no text', { schemaVersion: 1.5 }, 'wfformat.unknown-version /schemaVersion'],
    ['has no workflow', changed({ '/workflow': undefined }), 'wfformat.missing '],
    ['has no tasks', changed({ [at]: undefined }), 'wfformat.missing /workflow/specification'],
    ['has a workflow that is a text', changed({ '/workflow': 'x' }), 'wfformat.wrong-type /workflow'],
    ['has tasks that are no list', changed({ [at]: {} }), `wfformat.wrong-type ${at}`],
    ['has an empty list of tasks', old(), 'definition.no-tasks /workflow/tasks'],
    ['has a task that is none', changed({ [`${at}/4`]: 7 }), `wfformat.wrong-type ${at}/4`],
    ['has a task without an id', changed({ [`${at}/4`]: { name: 'e' } }), `wfformat.missing ${at}/4`],
    ['has a task without a name', old({ id: 'ID1', runtime }), 'wfformat.missing /workflow/tasks/0'],
    ['has two tasks of one id', changed({ [`${at}/4`]: { id: 'a' } }), `wfformat.duplicate-id ${at}/4`],
    ['has two entries for a task', changed({ [`${done}/4`]: { id: 'a' } }), `wfformat.duplicate-id ${done}/4`],
    ['has an unknown parent', changed({ [`${at}/1/parents/1`]: 'z' }), `wfformat.unknown-task ${at}/1/parents/1`],
    ['has an unknown child', changed({ [`${at}/3/children/0`]: 'z' }), `wfformat.unknown-task ${at}/3/children/0`],
    ['has parents that are no list', changed({ [`${at}/1/parents`]: 'a' }), `wfformat.wrong-type ${at}/1/parents`],
    ['has a parent that is no text', changed({ [`${at}/1/parents/1`]: 1 }), `wfformat.wrong-type ${at}/1/parents/1`],
    [
      'has a parent whose name is that of several',
      old(...twins, { name: 'b', runtime, parents: ['a'] }),
      'wfformat.ambiguous-task /workflow/tasks/2/parents/0',
    ],
    ['has a cycle', changed({ [`${at}/0/parents/0`]: 'd' }), `wfformat.cycle ${at}/0`],
    ['has a task that waits for itself', changed({ [`${at}/0/parents/0`]: 'a' }), `wfformat.cycle ${at}/0`],
    ['was not executed', changed({ '/workflow/execution': undefined }), 'wfformat.no-runtime /workflow'],
    ['has executions that are no list', changed({ [done]: {} }), `wfformat.wrong-type ${done}`],
    ['has no entry for a task', changed({ [`${done}/3`]: { id: 'e' } }), `wfformat.no-runtime ${at}/0`],
    ['has an entry without a runtime', changed({ [`${done}/3`]: { id: 'a' } }), `wfformat.no-runtime ${done}/3`],
    ['has a runtime of null', old({ name: 'a', runtime: null }), 'wfformat.no-runtime /workflow/tasks/0'],
    ['has a runtime that is a text', old({ name: 'a', runtime: '1' }), 'wfformat.wrong-type /workflow/tasks/0/runtime'],
    ['has a runtime without end', endless, 'wfformat.wrong-type /workflow/tasks/0/runtime'],
    ['has a negative runtime', old({ name: 'a', runtime: -1 }), 'wfformat.negative-runtime /workflow/tasks/0/runtime'],
    ['has a runtime of centuries', old({ name: 'a', runtime: 1e12 }), 'definition.bad-duration /workflow/tasks/0'],
  ])('because it %s is told so, and where', (_, instance, fault) => {
    expect(faultsIn(instance)).toEqual([fault]);
  });

  test('is told everything at once, with what was meant', () => {
    const instance = changed({
      [`${at}/0/parents/0`]: 'd',
      [`${at}/1/parents/1`]: 'cc',
      [`${at}/4`]: { id: 'd' },
      [`${at}/5`]: null,
      [`${done}/3/runtimeInSeconds`]: -1,
    });
    const result = importWfFormat(JSON.stringify(instance), options);
    expect('faults' in result && result.faults.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      `wfformat.wrong-type: this must be an object`,
      `wfformat.duplicate-id: "d" is at ${at}/3 already`,
      'wfformat.negative-runtime: this must not be negative, and is -1',
      'wfformat.unknown-task: there is no task "cc" (did you mean "c"?)',
      'wfformat.cycle: tasks wait for each other: a → d → b → a',
    ]);
  });

  test('never throws, whatever it is given', () => {
    const seen = new Set<string>();
    const value = fc.jsonValue({ maxDepth: 3 });
    const pieces = fc.record(
      { id: value, name: value, parents: value, children: value, runtime: value },
      { requiredKeys: [] },
    );
    const tasks = fc.oneof(value, fc.array(fc.oneof(pieces, value)));
    fc.assert(
      fc.property(fc.constantFrom('1.4', '1.5'), tasks, (schemaVersion, list) => {
        const workflow = { tasks: list, specification: { tasks: list }, execution: { tasks: list } };
        for (const code of faultsIn({ schemaVersion, workflow })) seen.add(code.split(' ')[0]!);
      }),
    );
    expect([...seen].filter((code) => code.startsWith('wfformat.') && !(code in INSTANCE_FAULTS))).toEqual([]);
  });
});
