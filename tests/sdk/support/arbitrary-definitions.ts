import { type Dependency, type Template, type TaskRef, type WorkflowBuilder, cel, literal } from '@orrery/sdk';
import fc from 'fast-check';

const key = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,12}$/);
const text = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((each) => !each.includes('\0'));
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).filter(isKept));

function isKept(value: number): boolean {
  return !Number.isInteger(value) || Number.isSafeInteger(value);
}

/** Any value that a definition may hold, its texts without expressions. */
const value: fc.Arbitrary<Template> = fc.letrec<{ value: Template }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    number,
    text.map(literal),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3 }),
  ),
})).value;

const lasting = (...units: readonly ('ms' | 's' | 'm' | 'h' | 'd')[]) =>
  fc.tuple(fc.integer({ min: 1, max: 999 }), fc.constantFrom(...units)).map(([n, unit]) => `${n}${unit}` as const);
const duration = lasting('ms', 's', 'm', 'h', 'd');
// The first wait is no longer than the longest, and heartbeats come more often than an attempt lasts.
const [short, long] = [lasting('ms'), lasting('h', 'd')];
const some = <Fields extends object>(fields: { [Key in keyof Fields]: fc.Arbitrary<Fields[Key]> }) =>
  fc.record(fields, { requiredKeys: [] });

const attempts = {
  retry: some({
    maxAttempts: fc.integer({ min: 1, max: 20 }),
    nonRetryable: fc.array(key, { maxLength: 2 }),
    backoff: some({
      initial: short,
      max: long,
      multiplier: fc.integer({ min: 1, max: 5 }),
      jitter: fc.constantFrom('equal' as const, 'full' as const, 'none' as const),
    }),
  }),
  timeouts: some({ queue: duration, run: long, heartbeat: short }),
  priority: fc.integer({ min: 0, max: 9 }),
};
const shared = { description: text, optional: fc.boolean() };

/** What a step adds to a definition, given what it may depend on and read. */
type Step = (workflow: WorkflowBuilder, key: string, before: readonly TaskRef[]) => TaskRef;

const choice = fc.integer({ min: 0, max: 1_000_000 });
const step: fc.Arbitrary<Step> = fc
  .record({
    kind: fc.constantFrom('task', 'forEach', 'noop', 'sleep', 'wait', 'workflow', 'http'),
    pick: fc.array(choice, { maxLength: 4 }),
    spec: some({ ...attempts, ...shared }),
    type: key.map((name) => `x.${name}`.slice(0, 60)),
    input: value,
    duration,
    undo: fc.constantFrom('nothing', 'reason', 'task'),
    when: fc.boolean(),
  })
  .map((drawn) => (workflow, name, before) => {
    const dependsOn: readonly Dependency[] = [...new Set(drawn.pick.map((n) => before[n % before.length]))].flatMap(
      (ref) => ref ?? [],
    );
    const upstream = dependsOn[0] as TaskRef | undefined;
    const input = { given: drawn.input, run: workflow.id, read: upstream?.output['field'], of: workflow.input['n'] };
    const when = drawn.when ? cel`${workflow.input['express']} == ${true}` : undefined;
    const { description, optional, ...tries } = drawn.spec;
    const engine = { description, optional, dependsOn, when };
    const compensate = {
      nothing: undefined,
      reason: { none: 'it may stay' },
      task: { type: 'x.undo', input: workflow.input['n'] },
    }[drawn.undo];
    const spec = { ...engine, ...tries, compensate };
    const steps: { readonly [kind: string]: () => unknown } = {
      task: () => workflow.task(name, { ...spec, type: drawn.type, input }),
      forEach: () =>
        workflow.forEach(name, workflow.input['list'] as never, (item, index) => ({
          ...spec,
          type: drawn.type,
          input: { input, item, index: cel`${index} + ${1}` },
        })),
      noop: () => workflow.noop(name, { ...engine, input }),
      sleep: () => workflow.sleep(name, { duration: drawn.duration }, engine),
      wait: () => workflow.wait(name, { signal: 'go', timeout: drawn.duration }, engine),
      workflow: () => workflow.workflow(name, { definition: 'other@2', input }, { ...engine, compensate }),
      http: () => workflow.http(name, { method: 'POST', url: `https://a.example/${workflow.id}`, body: input }, spec),
    };
    return steps[drawn.kind]!() as TaskRef;
  });

/** A definition as somebody may write it: what it is called, and what it does. */
export const arbitraryDefinition = fc.record({
  options: fc.record(
    {
      name: key,
      description: text,
      defaults: some(attempts),
      timeout: duration,
      onFailure: fc.constantFrom('fail' as const, 'compensate' as const, { running: 'cancel' as const }),
    },
    { requiredKeys: ['name'] },
  ),
  steps: fc.uniqueArray(fc.tuple(key, step), { minLength: 1, maxLength: 8, selector: ([name]) => name }),
  output: value,
});
