import { hasExpression } from '../../kernel/expression.js';
import type { Json, JsonObject } from '../../kernel/json.js';
import type { Report } from './faults.js';
import { LIMITS } from './limits.js';
import {
  type Fields,
  type Shape,
  anything,
  checkKey,
  duration,
  flag,
  isObject,
  listOf,
  mapOf,
  name,
  number,
  object,
  oneOf,
  shortOr,
  shown,
  text,
  typeName,
  whole,
  words,
} from './shape.js';

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

const retry = object({
  maxAttempts: attempts,
  backoff: object({
    initial: anyLength,
    multiplier: number(1, 100),
    max: anyLength,
    jitter: oneOf('equal', 'full', 'none'),
  }),
  nonRetryable: listOf(words),
});

/** How attempts are made: of a task, of a compensation, or of all that say nothing else. */
const attemptFields: Fields = {
  retry,
  timeout: moreThanZero,
  timeouts: object({ queue: moreThanZero, run: moreThanZero, heartbeat: moreThanZero }),
  priority: whole(0, 9),
};

const compensation = object({ type: name, input: anything, ...attemptFields }, ['type']);
const noCompensation = object({ none: words }, ['none']);
const bareNone: Shape = {
  schema: { not: {} },
  check(value, pointer, report) {
    const hint = 'write compensate: { none: "why nothing is to be undone" }';
    if (value === 'none') report.add('definition.no-reason', pointer, '"none" needs a reason', { hint });
    else compensation.check(value, pointer, report);
  },
};

const compensate = shortOr(bareNone, {
  schema: { anyOf: [compensation.schema, noCompensation.schema] },
  check(value: Json, pointer: string, report: Report) {
    const hasNone = isObject(value) && Object.hasOwn(value, 'none');
    (hasNone ? noCompensation : compensation).check(value, pointer, report);
  },
});

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

const task = object(
  {
    type: name,
    description: text,
    dependsOn: listOf(text),
    forEach: items,
    concurrency: whole(1, LIMITS.forEachItems),
    when: shortOr({ schema: { type: ['string', 'boolean'] }, check: () => undefined }, flag),
    input: anything,
    optional: flag,
    compensate,
    ...attemptFields,
  },
  ['type'],
);

const failureAction = oneOf('fail', 'compensate');

/** The whole document. */
export const DOCUMENT: Shape = object(
  {
    orrery: oneOf('v1'),
    name,
    description: text,
    input: mapOf(anything, null),
    defaults: object(attemptFields),
    timeout: moreThanZero,
    onFailure: shortOr(failureAction, object({ action: failureAction, running: oneOf('finish', 'cancel') })),
    strict: flag,
    tasks: mapOf(task, checkKey),
    output: anything,
  },
  ['orrery', 'name', 'tasks'],
);

/** JSON Schema (2020-12) of a definition. It says what the shape can say; cycles and expressions it cannot. */
export const DEFINITION_SCHEMA: JsonObject = Object.freeze({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Orrery workflow definition',
  ...DOCUMENT.schema,
});
