import type { Json } from '../../kernel/json.js';
import { itemOrdinal, taskAt } from '../definition/items.js';
import type { Plan, PlannedTask } from '../definition/plan.js';
import { moveTask, newTask } from '../task/task.js';
import { type ListState, type WorkflowState, isAccepted } from './workflow.state.js';

/** Makes a task of each item of a list, and one of what undoes it. */
export function expand(plan: Plan, state: WorkflowState, planned: PlannedTask, items: readonly Json[]): void {
  state.lists[planned.ordinal] = {
    items,
    outputs: items.map(() => null),
    waiting: [...items.keys()].reverse(),
    active: 0,
    open: items.length,
  };
  for (const index of items.keys()) {
    const ordinal = itemOrdinal(plan, planned.ordinal, index);
    state.items[ordinal] = newTask();
    const { compensation } = taskAt(plan, ordinal)!;
    if (compensation !== null) state.items[compensation] = newTask();
  }
}

/** An item begins, in the order of the list. */
export function itemBegan({ lists }: WorkflowState, { item, compensates }: PlannedTask): void {
  if (item === null || compensates !== null) return;
  const list = lists[item.of]!;
  list.waiting.pop();
  list.active += 1;
}

export function itemDone(list: ListState, index: number, output: Json): void {
  list.outputs[index] = { output };
  list.active -= 1;
  list.open -= 1;
}

/** After a retry by hand a list goes on with the items that are not done. */
export function retryList(plan: Plan, state: WorkflowState, of: number): void {
  const list = state.lists[of]!;
  const isOpen = (index: number) => !isAccepted(state, taskAt(plan, itemOrdinal(plan, of, index))!);
  list.waiting = [...list.items.keys()].filter(isOpen).reverse();
  list.active = 0;
  moveTask(state.tasks[of]!, 'running');
}
