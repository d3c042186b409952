import { DEFAULT_ATTEMPTS, attemptsOf, withDefaults } from './attempts.js';
import type { TaskExpressions } from './check-expressions.js';
import type { CompensationDocument, DefinitionDocument, TaskDocument } from './definition.js';
import type { Dependencies } from './graph.js';
import type { ForEach, Plan, PlannedTask } from './plan.js';

/** The tasks by ordinal, in the order of the definition, and after them their compensations. */
export function planTasks(
  { tasks, defaults = {} }: DefinitionDocument,
  dependencies: Dependencies,
  expressions: readonly TaskExpressions[],
): Pick<Plan, 'tasks' | 'taskCount' | 'forEach'> {
  const entries = Object.entries(tasks);
  const otherwise = withDefaults(defaults, DEFAULT_ATTEMPTS);
  const dependents = dependentsOf(dependencies);
  const compensations: PlannedTask[] = [];
  const planned = entries.map(([key, task], ordinal): PlannedTask => {
    const attempts = attemptsOf(task, task.type, otherwise);
    const compensation = compensationOf(task);
    const compensationOrdinal = entries.length + compensations.length;
    if (compensation) {
      compensations.push({
        ...attemptsOf(compensation, compensation.type, { ...otherwise, priority: attempts.priority }),
        ...ALONE,
        ordinal: compensationOrdinal,
        key,
        type: compensation.type,
        input: expressions[ordinal]!.compensationInput,
        compensates: ordinal,
      });
    }
    return {
      ...attempts,
      ordinal,
      key,
      type: task.type,
      dependsOn: dependencies[ordinal]!,
      dependents: dependents[ordinal]!,
      when: expressions[ordinal]!.when,
      input: expressions[ordinal]!.input,
      optional: task.optional ?? false,
      forEach: forEachOf(task, expressions[ordinal]!),
      item: null,
      compensation: compensation ? compensationOrdinal : null,
      compensates: null,
    };
  });
  const forEach = planned.filter((task) => task.forEach).map(({ ordinal }) => ordinal);
  return { tasks: [...planned, ...compensations], taskCount: entries.length, forEach };
}

/** A compensation waits for nothing: it runs when its turn comes. */
const ALONE = {
  dependsOn: [],
  dependents: [],
  when: null,
  optional: false,
  forEach: null,
  item: null,
  compensation: null,
} as const;

function forEachOf({ concurrency }: TaskDocument, { items, whenEach }: TaskExpressions): ForEach | null {
  return items && { items, concurrency: concurrency ?? null, whenEach };
}

function compensationOf({ compensate }: TaskDocument): CompensationDocument | undefined {
  return compensate && !('none' in compensate) ? compensate : undefined;
}

function dependentsOf(dependencies: Dependencies): number[][] {
  const dependents: number[][] = dependencies.map(() => []);
  for (const [task, upstream] of dependencies.entries()) for (const each of upstream) dependents[each]!.push(task);
  return dependents;
}
