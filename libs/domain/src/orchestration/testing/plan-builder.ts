import type { Json } from '../../kernel/json.js';
import type { Plan, PlannedTask, Template, Timeouts } from '../definition/plan.js';
import { DEFAULT_RETRY, type RetryPolicy } from '../task/retry-policy.js';

/** How attempts are made, where it is not once and for as long as it takes. */
interface AttemptsSketch extends Partial<Timeouts> {
  readonly type?: string;
  /** How many attempts, or the whole of it. */
  readonly retry?: number | Partial<RetryPolicy>;
  readonly input?: Json | Template;
}

/** A task as a spec sketches it: only what it is about. */
export interface TaskSketch extends AttemptsSketch {
  /** The keys of the tasks that it depends on. */
  readonly after?: readonly string[];
  readonly when?: Template;
  readonly optional?: boolean;
  readonly forEach?: Template | readonly Json[];
  readonly concurrency?: number;
  /** The condition is asked for each item. */
  readonly whenEach?: boolean;
  readonly priority?: number;
  readonly compensate?: true | AttemptsSketch;
}

export interface PlanSketch {
  readonly timeoutMs?: number;
  readonly onFailure?: Plan['onFailure'];
  readonly output?: Template;
  /** The names of the signals that may come; any, if not given. */
  readonly signals?: readonly string[];
}

/**
 * A plan without its definition: `plan({ a: {}, b: { after: ['a'], compensate: true, retry: 3 } })`. Unless something else
 * is said, a task is of type `work`, has one attempt, no timeout and nothing that undoes it.
 */
export function plan(sketches: { readonly [key: string]: TaskSketch }, rest: PlanSketch = {}): Plan {
  const keys = Object.keys(sketches);
  const ordinals = new Map(keys.map((key, ordinal) => [key, ordinal]));
  const undone = keys.filter((key) => sketches[key]!.compensate);
  const compensations = new Map(undone.map((key, index) => [key, keys.length + index]));
  const tasks = keys.map((key, ordinal): PlannedTask => {
    const sketch = sketches[key]!;
    const { type, retry, timeouts, input } = attemptsOf(sketch, 'work');
    return {
      type,
      retry,
      timeouts,
      input,
      ordinal,
      key,
      dependsOn: (sketch.after ?? []).map((upstream) => ordinals.get(upstream)!),
      dependents: [],
      when: sketch.when ?? null,
      optional: sketch.optional ?? false,
      forEach: forEachOf(sketch),
      item: null,
      priority: sketch.priority ?? 1,
      compensation: compensations.get(key) ?? null,
      compensates: null,
    };
  });
  for (const { ordinal, dependsOn } of tasks) {
    for (const upstream of dependsOn) (tasks[upstream]!.dependents as number[]).push(ordinal);
  }
  return {
    name: 'sketch',
    tasks: [...tasks, ...undone.map((key) => compensationOf(key, tasks[ordinals.get(key)!]!, sketches[key]!))],
    taskCount: keys.length,
    forEach: tasks.filter(({ forEach }) => forEach).map(({ ordinal }) => ordinal),
    timeoutMs: rest.timeoutMs ?? null,
    onFailure: rest.onFailure ?? (undone.length > 0 ? 'compensate' : 'fail'),
    whenFailing: 'finish',
    output: rest.output ?? null,
    inputSchema: null,
    signals: { schemas: new Map((rest.signals ?? []).map((name) => [name, []])), computed: rest.signals === undefined },
  };
}

function forEachOf({ forEach, concurrency, whenEach = false }: TaskSketch): PlannedTask['forEach'] {
  if (forEach === undefined) return null;
  const items = typeof forEach === 'function' ? forEach : () => forEach;
  return { items, concurrency: concurrency ?? null, whenEach };
}

function compensationOf(key: string, { compensation, ordinal }: PlannedTask, { compensate }: TaskSketch): PlannedTask {
  const { type, retry, timeouts, input } = attemptsOf(compensate === true ? {} : compensate!, 'undo');
  return {
    type,
    retry,
    timeouts,
    input,
    ordinal: compensation!,
    key,
    dependsOn: [],
    dependents: [],
    when: null,
    optional: false,
    forEach: null,
    item: null,
    priority: 1,
    compensation: null,
    compensates: ordinal,
  };
}

function attemptsOf(
  { type, retry = 1, input, queueMs = null, runMs = null, heartbeatMs = null }: AttemptsSketch,
  otherwise: string,
): Pick<PlannedTask, 'type' | 'retry' | 'timeouts' | 'input'> {
  const template = typeof input === 'function' ? input : input === undefined ? null : () => input;
  return {
    type: type ?? otherwise,
    retry: { ...DEFAULT_RETRY, ...(typeof retry === 'number' ? { maxAttempts: retry } : retry) },
    timeouts: { queueMs, runMs, heartbeatMs },
    input: template,
  };
}
