import type { Plan, PlannedTask } from './plan.js';

/**
 * How many ordinals each `forEach` has beyond those of the definition: half for its items, half for what undoes them. It
 * makes a task's ordinal tell all about it that the plan knows. It is part of every id, so it never changes.
 */
const ORDINALS_PER_FOR_EACH = 65_536;
const COMPENSATIONS_FROM = ORDINALS_PER_FOR_EACH / 2;

/** The ordinal of the task that an item of a `forEach` becomes. */
export function itemOrdinal(plan: Plan, of: number, index: number): number {
  return plan.tasks.length + plan.forEach.indexOf(of) * ORDINALS_PER_FOR_EACH + index;
}

/** The tasks that items became, by plan and ordinal: the same in every run of the plan. */
const known = new WeakMap<Plan, Map<number, PlannedTask>>();

/** The task or compensation with this ordinal, also that of an item; nothing if no run can have it. */
export function taskAt(plan: Plan, ordinal: number): PlannedTask | undefined {
  return ordinal < plan.tasks.length ? plan.tasks[ordinal] : itemAt(plan, ordinal);
}

function itemAt(plan: Plan, ordinal: number): PlannedTask | undefined {
  let items = known.get(plan);
  if (!items) known.set(plan, (items = new Map()));
  const kept = items.get(ordinal);
  if (kept) return kept;
  const item = itemOf(plan, ordinal);
  if (item) items.set(ordinal, item);
  return item;
}

function itemOf(plan: Plan, ordinal: number): PlannedTask | undefined {
  const beyond = ordinal - plan.tasks.length;
  const of = plan.tasks[plan.forEach[Math.floor(beyond / ORDINALS_PER_FOR_EACH)] ?? -1];
  if (!of) return undefined;
  const offset = beyond % ORDINALS_PER_FOR_EACH;
  const index = offset % COMPENSATIONS_FROM;
  const shared = {
    ordinal,
    key: `${of.key}[${index}]`,
    item: { of: of.ordinal, index },
    dependsOn: [],
    dependents: [],
  };
  if (offset < COMPENSATIONS_FROM) {
    const compensation = of.compensation === null ? null : ordinal + COMPENSATIONS_FROM;
    return { ...of, ...shared, when: of.forEach!.whenEach ? of.when : null, forEach: null, compensation };
  }
  if (of.compensation === null) return undefined;
  return { ...plan.tasks[of.compensation]!, ...shared, compensates: ordinal - COMPENSATIONS_FROM };
}
