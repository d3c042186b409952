import fc from 'fast-check';
import { ExpressionFailed } from '../../kernel/expression.js';
import type { Plan, Template } from '../definition/plan.js';
import { type TaskSketch, plan } from './plan-builder.js';

/** A plan as fast-check makes, shrinks and prints it: plain data. */
export interface PlanData {
  readonly tasks: readonly TaskData[];
  readonly timeoutMs: number | null;
  readonly onFailure: Plan['onFailure'];
}

interface TaskData {
  readonly type: 'work' | 'noop' | 'sleep' | 'wait' | 'workflow';
  /** How far before it the tasks are that it depends on; the definition tells them in another order. */
  readonly after: readonly number[];
  readonly place: number;
  readonly when: keyof typeof CONDITIONS;
  readonly optional: boolean;
  readonly compensate: keyof typeof COMPENSATIONS;
  readonly maxAttempts: number;
  readonly jitter: 'none' | 'equal' | 'full';
  readonly sleep: string;
  readonly signal: string;
  readonly list: keyof typeof LISTS;
  readonly queueMs: number | null;
  readonly runMs: number | null;
}

const CONDITIONS = {
  none: null,
  true: () => true,
  false: () => false,
  odd: () => 'perhaps',
  failing: () => {
    throw new ExpressionFailed('expression.failed', 'it reads what is not there');
  },
} satisfies { readonly [name: string]: Template | null };

const BACKOFF = { initialMs: 40, multiplier: 2, maxMs: 200 };
const tried = { maxAttempts: 2, backoff: { ...BACKOFF, jitter: 'equal' } } as const;

const COMPENSATIONS = {
  none: undefined,
  plain: true,
  again: { retry: tried },
  timed: { retry: tried, queueMs: 300, runMs: 200 },
  noop: { type: 'noop' },
  sleep: { type: 'sleep', input: { duration: '70ms' } },
  wait: { type: 'wait', input: { signal: 'undone' } },
  child: { type: 'workflow', input: { definition: 'child' }, retry: tried },
  broken: { type: 'sleep', input: 'as long as it takes' },
} satisfies { readonly [name: string]: TaskSketch['compensate'] };

const LISTS = {
  none: {},
  empty: { forEach: [] },
  short: { forEach: [0, 1, 2] },
  narrow: { forEach: [0, 1, 2, 3], concurrency: 2 },
  single: { forEach: [0, 1], concurrency: 1 },
  chosen: { forEach: [0, 1, 2], whenEach: true, when: ({ item }) => (item as number) !== 1 },
  wrong: { forEach: () => 'no list' },
} satisfies { readonly [name: string]: Partial<TaskSketch> };

/** One of the names, as often as its number says. */
const oneOf = <T extends string>(weights: { readonly [name in T]: number }): fc.Arbitrary<T> =>
  fc.oneof(
    ...(Object.entries(weights) as [T, number][]).map(([name, weight]) => ({ weight, arbitrary: fc.constant(name) })),
  );
const perhapsMs = (ms: number) => fc.oneof(fc.constant(null), fc.integer({ min: 1, max: ms }));

const task: fc.Arbitrary<TaskData> = fc.record({
  type: oneOf({ work: 16, noop: 4, sleep: 4, wait: 3, workflow: 4 }),
  after: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }),
  place: fc.nat(100),
  when: oneOf({ none: 40, true: 4, false: 4, odd: 1, failing: 1 }),
  optional: oneOf({ no: 4, yes: 1 }).map((each) => each === 'yes'),
  compensate: oneOf({ none: 6, plain: 6, again: 3, timed: 3, noop: 2, sleep: 2, wait: 1, child: 1, broken: 1 }),
  maxAttempts: fc.integer({ min: 1, max: 3 }),
  jitter: oneOf({ equal: 2, none: 1, full: 1 }),
  sleep: oneOf({ '0s': 2, '30ms': 4, '500ms': 4, soon: 1 }),
  signal: oneOf({ go: 4, stop: 2, __proto__: 1, 'no name': 1 }),
  list: oneOf({ none: 30, empty: 1, short: 3, narrow: 3, single: 2, chosen: 2, wrong: 1 }),
  queueMs: perhapsMs(900),
  runMs: perhapsMs(600),
});

/** Directed graphs without a cycle, with every option that a task has. */
export const planData: fc.Arbitrary<PlanData> = fc.record({
  tasks: fc.array(task, { minLength: 1, maxLength: 8, size: 'max' }),
  timeoutMs: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 3_000 }) },
  ),
  onFailure: fc.constantFrom<Plan['onFailure']>('compensate', 'compensate', 'fail'),
});

export function planFrom({ tasks, timeoutMs, onFailure }: PlanData): Plan {
  const sketches = tasks.map((data, index) => ({ key: `t${index}`, place: data.place, sketch: sketchOf(data, index) }));
  sketches.sort((a, b) => a.place - b.place);
  const byKey = Object.fromEntries(sketches.map(({ key, sketch }) => [key, sketch]));
  return plan(byKey, { onFailure, ...(timeoutMs === null ? {} : { timeoutMs }) });
}

function sketchOf(data: TaskData, index: number): TaskSketch {
  const after = [...new Set(data.after)].filter((back) => back <= index).map((back) => `t${index - back}`);
  const condition: Template | null = CONDITIONS[data.when];
  const compensate = COMPENSATIONS[data.compensate];
  return {
    type: data.type,
    after,
    ...(condition === null ? {} : { when: seeing(after, condition) }),
    ...inputOf(data),
    ...LISTS[data.list],
    optional: data.optional,
    ...(compensate === undefined ? {} : { compensate }),
    ...(data.type === 'work' || data.type === 'workflow'
      ? {
          retry: {
            maxAttempts: data.maxAttempts,
            nonRetryable: ['fatal'],
            backoff: { ...BACKOFF, jitter: data.jitter },
          },
          queueMs: data.type === 'work' ? data.queueMs : null,
          runMs: data.runMs,
        }
      : {}),
  };
}

/** What the engine's own types want; a worker's takes anything. */
function inputOf({ type, sleep, signal, runMs }: TaskData): Pick<TaskSketch, 'input'> {
  if (type === 'sleep') return { input: { duration: sleep } };
  if (type === 'wait') return { input: { signal, ...(runMs === null ? {} : { timeout: `${runMs}ms` }) } };
  return type === 'workflow' ? { input: { definition: 'child' } } : {};
}

/** A condition that breaks, as no expression may, when it is asked before all that it may read is there. */
function seeing(after: readonly string[], condition: Template): Template {
  return (scope) => {
    for (const key of after) if (!Object.hasOwn(scope.tasks, key)) throw new Error(`asked before ${key} has an output`);
    return condition(scope);
  };
}
