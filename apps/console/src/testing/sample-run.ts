import type { Attempt, JsonObject, RunEvent, Task } from '../api/types.js';

const attempt = (id: string, key: string): Attempt => ({
  id,
  key,
  type: `demo.${key}`,
  status: 'pending',
  attempt: 0,
  maxAttempts: 3,
  waitingFor: null,
  queuedAt: null,
  startedAt: null,
  endedAt: null,
  error: null,
  nextAttemptAt: null,
  worker: null,
  childId: null,
});

/** A task that has not begun. */
export const task = (key: string, dependsOn: readonly string[] = [], more: Partial<Task> = {}): Task => ({
  ...attempt(key, key),
  dependsOn,
  output: null,
  items: null,
  compensation: null,
  ...more,
});

/** A task with something that undoes it. */
export const undoable = (key: string, dependsOn: readonly string[] = []): Task =>
  task(key, dependsOn, { compensation: attempt(`undo-${key}`, key) });

const BEGIN = Date.parse('2030-01-01T12:00:00.000Z');

/** The moment so many milliseconds after the beginning. */
export const time = (ms: number): string => new Date(BEGIN + ms).toISOString();

/** Events in their order, one every hundred milliseconds: each a type, the task it is of, and what it says. */
export function history(...steps: readonly (readonly [string, string?, JsonObject?])[]): readonly RunEvent[] {
  return steps.map(([type, taskId, more = {}], index) => {
    const isUndo = taskId?.startsWith('undo-') === true;
    const key = isUndo ? taskId.slice('undo-'.length) : taskId;
    const of: JsonObject = taskId === undefined ? {} : { taskId, key: key!, attempt: 1 };
    const data = { ...of, ...(isUndo ? { compensation: true } : {}), ...more };
    const place = { version: index + 1, position: `p${index + 1}`, causationId: null, correlationId: 'run' };
    return { ...place, type, at: time(index * 100), actor: 'engine', data };
  });
}
