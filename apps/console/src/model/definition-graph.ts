import type { Json, JsonObject } from '../api/types.js';
import type { GraphTask } from './collapse.js';

/** Whether a task can be undone: by work of its own, by nothing and that is said, by nothing and nobody says why. */
export type Coverage = 'undone' | 'excused' | 'open' | 'no-effect';

/** A task of a definition, as its page shows it. */
export interface PlannedTask extends GraphTask {
  readonly description: string;
  readonly coverage: Coverage;
  /** What undoes it, or why nothing has to. */
  readonly undoneBy: string;
  readonly notes: readonly string[];
}

/** Types that the engine performs itself, and that change nothing outside. */
const NO_EFFECT: ReadonlySet<string> = new Set(['sleep', 'wait']);

const objectOf = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

const textOf = (value: Json | undefined) => (typeof value === 'string' ? value : '');

/** The tasks of a definition's document. */
export function plannedTasks(document: JsonObject): readonly PlannedTask[] {
  return Object.entries(objectOf(document['tasks'])).map(([key, written]) => {
    const task = objectOf(written);
    const on = task['dependsOn'];
    return {
      id: key,
      key,
      type: textOf(task['type']),
      dependsOn: Array.isArray(on) ? on.map(String) : [],
      description: textOf(task['description']),
      ...coverageOf(task),
      notes: notesOf(task),
    };
  });
}

function coverageOf(task: JsonObject): Pick<PlannedTask, 'coverage' | 'undoneBy'> {
  const undo = objectOf(task['compensate']);
  if (textOf(undo['type']) !== '') return { coverage: 'undone', undoneBy: textOf(undo['type']) };
  if (textOf(undo['none']) !== '') return { coverage: 'excused', undoneBy: textOf(undo['none']) };
  if (NO_EFFECT.has(textOf(task['type']))) return { coverage: 'no-effect', undoneBy: 'it changes nothing' };
  return { coverage: 'open', undoneBy: '' };
}

function notesOf(task: JsonObject): readonly string[] {
  const { when, forEach, optional } = task;
  return [
    ...(when !== undefined ? [`when ${String(when)}`] : []),
    ...(forEach !== undefined ? [`for each ${typeof forEach === 'string' ? forEach : 'of a list'}`] : []),
    ...(optional === true ? ['optional'] : []),
  ];
}
