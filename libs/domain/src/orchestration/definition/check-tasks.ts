import type { Json, JsonObject } from '../../kernel/json.js';
import { checkAttempts } from './attempts.js';
import type { Report } from './faults.js';
import { LIMITS } from './limits.js';
import type { Outline } from './outline.js';
import { isObject, orExpression } from './shape.js';
import { ATTEMPTS_WORDS, BUILT_IN_TYPES, type BuiltInType, hasEffects } from './task-types.js';

/** How many tasks there are, and what their types want of them. */
export function checkTasks(document: JsonObject, { tasks }: Outline, report: Report): void {
  if (tasks.length === 0 && isObject(document['tasks'])) {
    report.add('definition.no-tasks', '/tasks', 'a definition must have at least one task');
  }
  if (tasks.length > LIMITS.tasksPerRun) {
    const message = `there are ${tasks.length} tasks, and at most ${LIMITS.tasksPerRun} are allowed (tasksPerRun)`;
    report.add('definition.limit-exceeded', '/tasks', message);
  }
  const { defaults } = document;
  const waits = checkAttempts(isObject(defaults) ? defaults : {}, '/defaults', report);
  const check = (body: JsonObject, pointer: string) => {
    checkType(body, pointer, report);
    checkAttempts(body, pointer, report, waits);
  };
  for (const { body, pointer } of tasks) {
    check(body, pointer);
    checkConcurrency(body, pointer, report);
    const { compensate } = body;
    if (isObject(compensate)) check(compensate, `${pointer}/compensate`);
  }
}

function checkConcurrency(body: JsonObject, pointer: string, report: Report): void {
  if (!Object.hasOwn(body, 'concurrency') || Object.hasOwn(body, 'forEach')) return;
  const message = '"concurrency" has no effect: it says how many items of a "forEach" are under way at a time';
  report.add('definition.no-effect', `${pointer}/concurrency`, message, { severity: 'warning' });
}

/** Of a task or a compensation: its type, and the input of a built-in one. */
function checkType(body: JsonObject, pointer: string, report: Report): void {
  const { type, input = {} } = body;
  if (typeof type !== 'string') return;
  const builtIn = BUILT_IN_TYPES.get(type);
  if (!builtIn) return;
  orExpression(builtIn.input).check(input, `${pointer}/input`, report);
  for (const key of unheeded(body, builtIn)) {
    const message = `"${key}" has no effect: a task of type "${type}" is performed by the engine itself`;
    report.add('definition.no-effect', `${pointer}/${key}`, message, { severity: 'warning' });
  }
}

/** What the engine performs itself is not handed out: nothing that speaks of workers has an effect, and hardly a timeout. */
function unheeded(body: JsonObject, { inEngine, heeds }: BuiltInType): string[] {
  if (!inEngine) return [];
  const { timeouts } = body;
  const ofWorkers = isObject(timeouts) && heeds.includes('timeouts') ? ['queue', 'heartbeat'] : [];
  return [
    ...ATTEMPTS_WORDS.filter((key) => Object.hasOwn(body, key) && !heeds.includes(key)),
    ...ofWorkers.filter((key) => Object.hasOwn(timeouts as JsonObject, key)).map((key) => `timeouts/${key}`),
  ];
}

/**
 * Which tasks may leave something behind, and say neither how to undo it nor why not: asked where a failure leads to
 * compensation, or where `strict` wants it.
 */
export function checkCoverage(document: JsonObject, outline: Outline, report: Report): void {
  const isStrict = document['strict'] === true;
  if (!isStrict && failureAction(document, outline) !== 'compensate') return;
  for (const { key, pointer, body, type } of outline.tasks) {
    const { compensate, input = null } = body;
    if (type === null || compensate !== undefined || !hasEffects(type, input)) continue;
    const message = `what "${key}" does cannot be undone: it has no "compensate"`;
    const hint = 'if there is nothing to undo, write compensate: { none: "why" }';
    report.add('definition.no-compensation', pointer, message, { hint, severity: isStrict ? 'error' : 'warning' });
  }
}

/** What a final failure leads to: as the author says, else `compensate` where anything can be undone. */
export function failureAction(document: JsonObject, { tasks }: Outline): 'fail' | 'compensate' {
  const { onFailure } = document;
  const said: Json | undefined = isObject(onFailure) ? onFailure['action'] : onFailure;
  if (said === 'fail' || said === 'compensate') return said;
  return tasks.some(({ body }) => isObject(body['compensate']) && !Object.hasOwn(body['compensate'], 'none'))
    ? 'compensate'
    : 'fail';
}
