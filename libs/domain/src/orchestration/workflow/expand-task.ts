import { type Json, jsonSize } from '../../kernel/json.js';
import type { Failure } from '../../kernel/errors.js';
import { LIMITS } from '../definition/limits.js';
import type { PlannedTask } from '../definition/plan.js';
import { shown } from '../definition/shape.js';
import type { TaskEvent } from '../task/task.events.js';
import { type RunMoment, evaluate, failedAtOnce } from './begin-task.js';
import { type WorkflowState, scopeFor } from './workflow.state.js';

/** The event with which a task becomes one for each item of its list, or why it cannot. */
export function expandTask(
  planned: PlannedTask,
  attempt: number,
  { plan, state }: Pick<RunMoment, 'plan' | 'state'>,
): TaskEvent {
  const items = evaluate(planned.forEach!.items, scopeFor(plan, planned, state));
  const failure = 'failure' in items ? items.failure : listFailure(planned, items.value, plan.taskCount, state);
  if (failure) return failedAtOnce(planned, attempt, failure);
  const { value } = items as { value: readonly Json[] };
  return { type: 'TaskExpanded', v: 1, task: planned.ordinal, attempt, items: value };
}

function listFailure(
  { key }: PlannedTask,
  items: Json,
  taskCount: number,
  { lists }: WorkflowState,
): Failure | undefined {
  const { forEachItems, forEachBytes, tasksPerRun } = LIMITS;
  if (!Array.isArray(items)) {
    const message = `\`forEach\` of "${key}" must give a list, and gives ${shown(items)}`;
    return { code: 'items.not-a-list', message };
  }
  if (items.length > forEachItems) {
    const message = `\`forEach\` of "${key}" gives ${items.length} items, and at most ${forEachItems} are allowed (forEachItems)`;
    return { code: 'items.too-many', message };
  }
  if (jsonSize(items, forEachBytes) > forEachBytes) {
    const message = `the items of "${key}" are larger than ${forEachBytes} bytes together (forEachBytes)`;
    return { code: 'items.too-large', message };
  }
  const tasks = Object.values(lists).reduce((sum, list) => sum + list.items.length, taskCount + items.length);
  if (tasks <= tasksPerRun) return undefined;
  const message = `with the items of "${key}" the run has ${tasks} tasks, and at most ${tasksPerRun} are allowed (tasksPerRun)`;
  return { code: 'tasks.too-many', message };
}
