import { pointerTo } from '../../kernel/json-pointer.js';
import type { Json, JsonObject } from '../../kernel/json.js';
import { isObject } from './shape.js';

/** A task, as far as it can be made out: nothing is taken for granted, so that one fault does not hide the others. */
export interface OutlinedTask {
  readonly key: string;
  readonly ordinal: number;
  readonly pointer: string;
  /** Empty where it is no object at all. */
  readonly body: JsonObject;
  readonly type: string | null;
}

/** The tasks of a document, in its order. */
export interface Outline {
  readonly tasks: readonly OutlinedTask[];
  readonly ordinals: ReadonlyMap<string, number>;
}

export function outlineOf(document: Json): Outline {
  const bodies = isObject(document) && isObject(document['tasks']) ? document['tasks'] : {};
  const tasks = Object.keys(bodies).map((key, ordinal): OutlinedTask => {
    const task = bodies[key];
    const body = isObject(task) ? task : {};
    const { type = null } = body;
    return { key, ordinal, pointer: pointerTo('/tasks', key), body, type: typeof type === 'string' ? type : null };
  });
  return { tasks, ordinals: new Map(tasks.map(({ key, ordinal }) => [key, ordinal])) };
}
