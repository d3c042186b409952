import type { Json, JsonObject } from '../../kernel/json.js';
import { checkAttempts } from './attempts.js';
import type { Report } from './faults.js';
import { LIMITS } from './limits.js';
import type { Outline } from './outline.js';
import { isObject, orExpression } from './shape.js';
import { BUILT_IN_TYPES, LATER_TYPES, hasEffects } from './task-types.js';

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
    const { compensate } = body;
    if (isObject(compensate)) check(compensate, `${pointer}/compensate`);
  }
}

/** What the engine performs itself is not handed out, so nothing that speaks of attempts and workers has an effect. */
const FOR_WORKERS = ['retry', 'timeout', 'timeouts', 'priority'];

/** Of a task or a compensation: its type, and the input of a built-in one. */
function checkType(body: JsonObject, pointer: string, report: Report): void {
  const { type, input = {} } = body;
  if (typeof type !== 'string') return;
  if (LATER_TYPES.includes(type)) {
    report.add('definition.not-available', `${pointer}/type`, `tasks of type "${type}" cannot be used yet`);
  }
  const builtIn = BUILT_IN_TYPES.get(type);
  if (!builtIn) return;
  orExpression(builtIn.input).check(input, `${pointer}/input`, report);
  for (const key of FOR_WORKERS) {
    if (!builtIn.inEngine || !Object.hasOwn(body, key)) continue;
    const message = `"${key}" has no effect: a task of type "${type}" is performed by the engine itself, at once`;
    report.add('definition.no-effect', `${pointer}/${key}`, message, { severity: 'warning' });
  }
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
