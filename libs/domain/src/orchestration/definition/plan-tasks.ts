import { type Attempts, DEFAULT_ATTEMPTS, attemptsOf, withDefaults } from './attempts.js';
import type { TaskExpressions } from './check-expressions.js';
import type { CompensationDocument, DefinitionDocument, TaskDocument } from './definition.js';
import type { Dependencies } from './graph.js';
import type { ForEach, Plan, PlannedTask } from './plan.js';

/**
 * The tasks by ordinal, in the order of the definition, and after them their compensations. Each is made field by field:
 * an object that is spread and then grows takes many times as long, and there may be thousands.
 */
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
    const { retry, timeouts, priority } = attemptsOf(task, task.type, otherwise);
    const compensation = compensationOf(task);
    const compensationOrdinal = entries.length + compensations.length;
    if (compensation) {
      const input = expressions[ordinal]!.compensationInput;
      const attempts = attemptsOf(compensation, compensation.type, { ...otherwise, priority });
      compensations.push(
        undoing(compensation.type, attempts, { ordinal: compensationOrdinal, key, input, compensates: ordinal }),
      );
    }
    return {
      retry,
      timeouts,
      priority,
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
function undoing(
  type: string,
  { retry, timeouts, priority }: Attempts,
  { ordinal, key, input, compensates }: Pick<PlannedTask, 'ordinal' | 'key' | 'input' | 'compensates'>,
): PlannedTask {
  return {
    retry,
    timeouts,
    priority,
    ordinal,
    key,
    type,
    dependsOn: [],
    dependents: [],
    when: null,
    input,
    optional: false,
    forEach: null,
    item: null,
    compensation: null,
    compensates,
  };
}

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
