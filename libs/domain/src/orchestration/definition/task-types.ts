import { hasExpression } from '../../kernel/expression.js';
import { parseInstant } from '../../kernel/instant.js';
import type { Json } from '../../kernel/json.js';
import type { Report } from './faults.js';
import {
  type Shape,
  anything,
  described,
  duration,
  isObject,
  listOf,
  mapOf,
  name,
  object,
  oneOf,
  orExpression,
  shown,
  text,
  whole,
} from './shape.js';

/** What speaks of the attempts of a task. */
export const ATTEMPTS_WORDS = ['retry', 'timeout', 'timeouts', 'priority'] as const;
type AttemptsWord = (typeof ATTEMPTS_WORDS)[number];

/** A task type that comes with the engine. */
export interface BuiltInType {
  /** What it does, in a sentence. */
  readonly does: string;
  /** Performed by the engine itself: it takes no worker, no slot and no default. */
  readonly inEngine: boolean;
  /** What may be said of its attempts. */
  readonly heeds: readonly AttemptsWord[];
  /** Of the input, as far as it stands in the definition. */
  readonly input: Shape;
  /** Whether something may be left behind that a compensation would undo. */
  hasEffects(input: Json): boolean;
}

const instant: Shape = {
  schema: { type: 'string', format: 'date-time' },
  check(value, pointer, report) {
    if (typeof value === 'string' && parseInstant(value) !== undefined) return;
    report.add(
      'definition.bad-value',
      pointer,
      `this must be a time like 2030-01-01T00:00:00Z, and is ${shown(value)}`,
    );
  },
};

const sleepFields = object({
  duration: described(orExpression(duration({ positive: false })), 'How long to sleep.'),
  until: described(orExpression(instant), 'The moment to sleep until.', '2030-01-01T00:00:00Z'),
});

/** `{ duration }` or `{ until }`: one of them, and only one. */
const sleepInput: Shape = {
  schema: { ...sleepFields.schema, minProperties: 1, maxProperties: 1 },
  check(value: Json, pointer: string, report: Report) {
    sleepFields.check(value, pointer, report);
    if (!isObject(value)) return;
    const given = ['duration', 'until'].filter((key) => Object.hasOwn(value, key));
    const wanted = '"sleep" wants { duration: 30s } or { until: 2030-01-01T00:00:00Z }';
    if (given.length === 0) report.add('definition.missing-key', pointer, wanted);
    if (given.length === 2) report.add('definition.contradiction', pointer, `${wanted}, and this has both`);
  },
};

const waitFields = object(
  {
    signal: described(orExpression(name), 'The name of the signal.'),
    schema: described(mapOf(anything, null), 'JSON Schema (2020-12) that a payload must match.'),
    timeout: described(
      orExpression(duration({ positive: true })),
      'How long to wait; for ever if it is left out.',
      '1d',
    ),
  },
  ['signal'],
);

/** `{ signal, schema?, timeout? }`: only of a signal whose name stands there is known which schema it must match. */
const waitInput: Shape = {
  schema: waitFields.schema,
  check(value: Json, pointer: string, report: Report) {
    waitFields.check(value, pointer, report);
    if (!isObject(value) || !Object.hasOwn(value, 'schema')) return;
    const { signal } = value;
    if (typeof signal !== 'string' || !hasExpression(signal)) return;
    const message = 'a signal whose name is computed cannot have a schema: a payload is checked when it comes';
    report.add('definition.contradiction', `${pointer}/schema`, message);
  },
};

const REFERENCE = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}(@[1-9]\d{0,8})?$/;

/** A definition by its name, or `name@version`. */
const reference: Shape = {
  schema: { type: 'string', pattern: REFERENCE.source },
  check(value, pointer, report) {
    if (typeof value === 'string' && REFERENCE.test(value)) return;
    const message = `this must be the name of a registered definition, or name@version, and is ${shown(value)}`;
    report.add('definition.bad-value', pointer, message);
  },
};

const workflowInput = object(
  {
    definition: described(orExpression(reference), 'A registered definition: name, or name@version.'),
    input: described(anything, 'The input of that run.'),
    labels: described(orExpression(mapOf(orExpression(text), null)), 'The labels of that run.'),
  },
  ['definition'],
);

const url: Shape = {
  schema: { type: 'string', pattern: '^https?://.' },
  check(value, pointer, report) {
    if (typeof value === 'string' && /^https?:\/\/[^\s/]/i.test(value)) return;
    report.add('definition.bad-value', pointer, `this must be an http or https address, and is ${shown(value)}`);
  },
};

const SAFE_METHODS: readonly Json[] = ['GET', 'HEAD', 'OPTIONS'];
const method = oneOf('GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE');

const httpInput = object(
  {
    method: described(orExpression(method), 'GET if it is left out.'),
    url: described(
      orExpression(url),
      'The address. A private one has to be allowed by the server.',
      'https://example.com/',
    ),
    headers: described(orExpression(mapOf(orExpression(text), null)), 'Headers of the request.'),
    body: described(anything, 'What is sent; everything but a text is sent as JSON.'),
    okStatus: described(
      orExpression(listOf(orExpression(whole(100, 599)), { least: 1 })),
      'The statuses that are no failure: 200 to 299 if it is left out.',
    ),
  },
  ['url'],
);

export const BUILT_IN_TYPES: ReadonlyMap<string, BuiltInType> = new Map<string, BuiltInType>([
  ['noop', { does: 'Gives out its input.', inEngine: true, heeds: [], input: anything, hasEffects: () => false }],
  ['sleep', { does: 'Lets time pass.', inEngine: true, heeds: [], input: sleepInput, hasEffects: () => false }],
  [
    'wait',
    {
      does: 'Waits for a signal, and gives out its payload.',
      inEngine: true,
      heeds: [],
      input: waitInput,
      hasEffects: () => false,
    },
  ],
  [
    'workflow',
    {
      does: 'Starts a run of another definition, waits for its end, and gives out its output.',
      inEngine: true,
      heeds: ATTEMPTS_WORDS,
      input: workflowInput,
      hasEffects: () => true,
    },
  ],
  [
    'http',
    {
      does: 'Calls an address, and gives out status, headers and body of the answer.',
      inEngine: false,
      heeds: ATTEMPTS_WORDS,
      input: httpInput,
      hasEffects: (input) => !isObject(input) || !SAFE_METHODS.includes(input['method'] ?? 'GET'),
    },
  ],
]);

/** The types that the engine performs itself: they take no worker and no slot. */
export const ENGINE_TYPES: readonly string[] = [...BUILT_IN_TYPES]
  .filter(([, { inEngine }]) => inEngine)
  .map(([key]) => key);

/** Whether a task of this type, with this input, may leave something behind. What users write is taken to. */
export function hasEffects(type: string, input: Json): boolean {
  return BUILT_IN_TYPES.get(type)?.hasEffects(input) ?? true;
}
