import { hasExpression } from '../../kernel/expression.js';
import type { Json, JsonObject } from '../../kernel/json.js';
import type { Report } from './faults.js';
import { LIMITS } from './limits.js';
import {
  type Fields,
  type Shape,
  anything,
  checkKey,
  described,
  duration,
  flag,
  isObject,
  listOf,
  mapOf,
  name,
  number,
  object,
  oneOf,
  orExpression,
  shortOr,
  shown,
  text,
  typeName,
  whole,
  words,
} from './shape.js';
import { BUILT_IN_TYPES } from './task-types.js';

const moreThanZero = duration({ positive: true });
const anyLength = duration({ positive: false });

/** Attempts are counted, and the count has an end. */
const attempts: Shape = {
  schema: { type: 'integer', minimum: 1, maximum: LIMITS.attemptsPerTask },
  check(value, pointer, report) {
    const isBounded = typeof value === 'number' && value >= 1 && value <= LIMITS.attemptsPerTask;
    if (isBounded) return whole(1, LIMITS.attemptsPerTask).check(value, pointer, report);
    const message = `retries must have a bound: this must be between 1 and ${LIMITS.attemptsPerTask}, and is ${shown(value)}`;
    report.add('definition.unbounded-retry', pointer, message);
  },
};

const retry = described(
  object({
    maxAttempts: described(attempts, 'How often it is tried, the first time included: 3 if it is left out.'),
    backoff: described(
      object({
        initial: described(anyLength, 'The wait before the second attempt: 1s if it is left out.'),
        multiplier: described(number(1, 100), 'How much longer each wait is than the one before: 2 if it is left out.'),
        max: described(anyLength, 'No wait is longer: 60s if it is left out.'),
        jitter: described(
          oneOf('equal', 'full', 'none'),
          'How waits are spread: equal (half to all of the wait, if it is left out), full (none to all), none.',
        ),
      }),
      'How long to wait before the next attempt.',
    ),
    nonRetryable: described(listOf(words), 'Codes of failures after which there is no other attempt.'),
  }),
  'What follows a failed attempt.',
);

/** How attempts are made: of a task, of a compensation, or of all that say nothing else. */
const attemptFields: Fields = {
  retry,
  timeout: described(moreThanZero, 'How long an attempt may take: the same as timeouts.run.'),
  timeouts: described(
    object({
      queue: described(moreThanZero, 'From queued to started; for ever if it is left out.'),
      run: described(moreThanZero, 'From started to ended, each attempt: 300s if it is left out.'),
      heartbeat: described(moreThanZero, 'Between two heartbeats of an attempt; for ever if it is left out.'),
    }),
    'How long each thing may take.',
  ),
  priority: described(whole(0, 9), 'What is handed out first: 0 to 9, higher first, 1 if it is left out.'),
};

const type: Shape = described(
  {
    ...name,
    schema: {
      anyOf: [...[...BUILT_IN_TYPES].map(([key, { does }]) => ({ const: key, description: does })), name.schema],
    },
  },
  'What kind of work it is: a built-in type, or one that your workers know.',
);

/** What built-in types want of an input, for editors; check-tasks.ts asks it of definitions, with better words. */
const inputsByType: readonly JsonObject[] = [...BUILT_IN_TYPES]
  .filter(([, { input }]) => input !== anything)
  .map(([key, { input }]) => ({
    if: { properties: { type: { const: key } }, required: ['type'] },
    then: { properties: { input: orExpression(input).schema }, required: ['input'] },
  }));

/** An object with `type` and `input`. */
function work(fields: Fields): Shape {
  const shape = object({ type, ...fields, ...attemptFields }, ['type']);
  return { ...shape, schema: { ...shape.schema, allOf: inputsByType } };
}

const compensation = work({ input: described(anything, "Its input; the task's own output is in reach.") });
const noCompensation = object({ none: described(words, 'Why nothing is to be undone.') }, ['none']);

const compensate: Shape = {
  schema: { anyOf: [compensation.schema, noCompensation.schema] },
  check(value: Json, pointer: string, report: Report) {
    const hint = 'write compensate: { none: "why nothing is to be undone" }';
    const hasNone = isObject(value) && Object.hasOwn(value, 'none');
    if (value === 'none') report.add('definition.no-reason', pointer, '"none" needs a reason', { hint });
    else (hasNone ? noCompensation : compensation).check(value, pointer, report);
  },
};

/** A list, or the expression that gives one. */
const items: Shape = {
  schema: { anyOf: [{ type: 'array' }, { type: 'string', pattern: String.raw`\$\{` }] },
  check(value, pointer, report) {
    if (Array.isArray(value) || (typeof value === 'string' && hasExpression(value))) return;
    const hint = typeof value === 'string' ? { hint: 'write it as an expression: "${ ... }"' } : {};
    const message = `this must be a list, or an expression that gives one, and is ${typeName(value)}`;
    report.add('definition.wrong-type', pointer, message, hint);
  },
};

const condition: Shape = shortOr({ schema: { type: ['string', 'boolean'] }, check: () => undefined }, flag);

const task = work({
  description: described(text, 'For people.'),
  dependsOn: described(listOf(text), 'The tasks that must be completed or skipped first.'),
  forEach: described(
    items,
    'One task for each item of this list, with `item` and `index` in reach.',
    '${ input.items }',
  ),
  concurrency: described(
    whole(1, LIMITS.forEachItems),
    'How many items are under way at a time; all if it is left out.',
  ),
  when: described(
    condition,
    'If this is false, the task is skipped, and what depends on it goes on.',
    '${ input.amount > 100 }',
  ),
  input: described(anything, 'Its input: any value, with expressions in ${ }.'),
  optional: described(flag, 'Whether the run goes on when this fails for good.'),
  compensate: described(compensate, 'What undoes this task once it is completed; or `none`, with the reason.'),
});

const failureAction = oneOf('fail', 'compensate');
const failure = object({
  action: described(failureAction, 'Whether what was completed is undone.'),
  running: described(oneOf('finish', 'cancel'), 'What becomes of tasks under way: finish if it is left out.'),
});

/** The whole document. */
export const DOCUMENT: Shape = object(
  {
    orrery: described(oneOf('v1'), 'The version of the language.'),
    name: described(
      name,
      'How the definition is found. The same content keeps its version, other content gets the next.',
    ),
    description: described(text, 'For people.'),
    input: described(mapOf(anything, null), "JSON Schema (2020-12) of a run's input; defaults are filled in."),
    defaults: described(object(attemptFields), "For all tasks that say nothing else, but for the engine's own."),
    timeout: described(
      moreThanZero,
      'How long a whole run may take, pauses not counted; for ever if it is left out.',
      '1h',
    ),
    onFailure: described(
      shortOr(failureAction, failure),
      'What follows when a task fails for good: compensate, if any task has a compensation, else fail.',
    ),
    strict: described(flag, 'Whether a task with effects and without a compensation is an error, and not a warning.'),
    tasks: described(
      mapOf(task, checkKey),
      'The tasks, by their keys. Whatever is ready starts; nothing says "in parallel".',
    ),
    output: described(anything, 'What a run gives out; all tasks are in reach.'),
  },
  ['orrery', 'name', 'tasks'],
);

/** JSON Schema (2020-12) of a definition. It says what the shape can say; cycles and expressions it cannot. */
export const DEFINITION_SCHEMA: JsonObject = Object.freeze({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:orrery:definition:v1',
  title: 'Orrery workflow definition',
  ...DOCUMENT.schema,
});
