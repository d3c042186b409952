import { didYouMean, suggester } from '../../kernel/did-you-mean.js';
import { pointerTo } from '../../kernel/json-pointer.js';
import type { Report } from './faults.js';
import { type Dependencies, cycleIn, partsOf } from './graph.js';
import type { Outline, OutlinedTask } from './outline.js';
import { shown } from './shape.js';

/** How many tasks of a cycle are named before and after what is left out. */
const NAMED = 6;

/**
 * What each task waits for, by ordinal, as far as it can be made out; says of every name that is unknown, repeated or the
 * task's own, and of every cycle, as a path.
 */
export function checkGraph(outline: Outline, report: Report): Dependencies {
  const suggest = suggester(outline.ordinals.keys());
  const dependencies = outline.tasks.map((task) => dependenciesOf(task, outline, suggest, report));
  for (const part of partsOf(dependencies)) {
    if (part.length > 1) reportCycle(cycleIn(part, dependencies), outline, report);
  }
  return dependencies;
}

function dependenciesOf(
  task: OutlinedTask,
  { ordinals }: Outline,
  suggest: (wrong: string) => string | undefined,
  report: Report,
): readonly number[] {
  const { dependsOn } = task.body;
  const named: readonly unknown[] = Array.isArray(dependsOn) ? dependsOn : [];
  const found = new Set<number>();
  for (const [index, key] of named.entries()) {
    if (typeof key !== 'string') continue;
    const ordinal = ordinals.get(key);
    const at = pointerTo(`${task.pointer}/dependsOn`, index);
    if (ordinal === undefined) {
      const message = `"${task.key}" depends on ${shown(key)}, and there is no such task${didYouMean(suggest(key))}`;
      report.add('definition.unknown-task', at, message);
    } else if (ordinal === task.ordinal) {
      report.add('definition.self-dependency', at, `"${task.key}" depends on itself`);
    } else if (found.has(ordinal)) {
      report.add('definition.duplicate-dependency', at, `"${task.key}" depends on "${key}" twice`);
    } else found.add(ordinal);
  }
  return [...found];
}

function reportCycle(cycle: readonly number[], { tasks }: Outline, report: Report): void {
  const keys = cycle.map((ordinal) => tasks[ordinal]!.key);
  const leftOut = keys.length - 2 * NAMED;
  const path = leftOut > 1 ? [...keys.slice(0, NAMED), `${leftOut} more`, ...keys.slice(-NAMED)] : keys;
  const message = `tasks wait for each other: ${path.join(' → ')}`;
  report.add('definition.cycle', `${tasks[cycle[0]!]!.pointer}/dependsOn`, message);
}
