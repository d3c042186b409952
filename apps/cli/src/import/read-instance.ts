import { type Json, type JsonObject, pointerTo } from '@orrery/domain';
import type { Complain } from './instance-faults.js';
import { LAYOUTS, type Layout } from './layouts.js';
import { type Part, isObject, listAt, memberAt, pointerOf, textIn } from './parts.js';
import { readEdges } from './read-edges.js';

/** An execution of a workflow in WfFormat, as far as it matters here. */
export interface Instance {
  readonly name: string;
  readonly version: string;
  readonly executedAt: string | undefined;
  /** Where its list of tasks stands, as a JSON pointer. */
  readonly pointer: string;
  readonly tasks: readonly RecordedTask[];
}

/** A task of an instance, as it was recorded. */
export interface RecordedTask {
  readonly id: string;
  readonly pointer: string;
  readonly runtimeSeconds: number;
  /** The tasks that had to end before it, by their positions among the tasks, each once. */
  readonly after: readonly number[];
}

/** A task before anything is known but what it is called. */
export interface FoundTask extends Part<JsonObject> {
  readonly id: string;
  /** What others may call it. */
  readonly names: readonly string[];
}

/** Reads an instance, with a complaint about everything that is wrong; nothing where there is too little to go on with. */
export function readInstance(document: Json, complain: Complain): Instance | undefined {
  const version = memberAt(document, ['schemaVersion']);
  const layout = LAYOUTS.get(version);
  if (!layout) {
    const said = version === undefined ? 'nothing says so here' : `this says ${JSON.stringify(version)}`;
    const message = `"schemaVersion" must be ${[...LAYOUTS.keys()].join(', ')}, and ${said}`;
    complain('wfformat.unknown-version', version === undefined ? '' : '/schemaVersion', message);
    return undefined;
  }
  const list = listAt(document, layout.tasks, complain);
  if (!list) return undefined;
  const found = findTasks(list, layout, complain);
  if (found.length === 0 && list.length > 0) return undefined;
  const runtimes = readRuntimes(found, document, layout, complain);
  const edges = readEdges(found, complain);
  return {
    name: textIn(memberAt(document, ['name'])) ?? 'without a name',
    version: version as string,
    executedAt: textIn(memberAt(document, layout.executedAt)),
    pointer: pointerOf(layout.tasks),
    tasks: found.map(({ id, pointer }, position) => ({
      id,
      pointer,
      runtimeSeconds: runtimes[position]!,
      after: [...edges[position]!],
    })),
  };
}

/** Those that can be told from the others. */
function findTasks(list: readonly Part[], layout: Layout, complain: Complain): FoundTask[] {
  const places = new Map<string, string>();
  return list
    .map((part) => findTask(part, layout, complain))
    .filter((task): task is FoundTask => {
      if (!task) return false;
      const place = places.get(task.id);
      if (place === undefined) places.set(task.id, task.pointer);
      else complain('wfformat.duplicate-id', task.pointer, `${JSON.stringify(task.id)} is at ${place} already`);
      return place === undefined;
    });
}

function findTask({ value, pointer }: Part, { knownBy }: Layout, complain: Complain): FoundTask | undefined {
  if (!isObject(value)) {
    complain('wfformat.wrong-type', pointer, 'this must be an object');
    return undefined;
  }
  const name = textIn(value[knownBy]);
  if (name === undefined) {
    complain('wfformat.missing', pointer, `"${knownBy}" is missing here, or is no text`);
    return undefined;
  }
  const id = textIn(value['id']) ?? name;
  // A name that does not tell by itself which task it is: until 1.4 the id says the rest.
  return { id: name.includes(id) ? name : `${name}_${id}`, names: [name, id], value, pointer };
}

/** How long each task took, in seconds; 0 where that cannot be read. */
function readRuntimes(tasks: readonly FoundTask[], document: Json, layout: Layout, complain: Complain): number[] {
  const { executions } = layout;
  if (!executions) return tasks.map((task) => readRuntime(task, layout, complain));
  const execution = executions.slice(0, -1);
  if (memberAt(document, execution) === undefined) {
    const message = `"${execution.at(-1)}" is missing here: nobody knows how long the tasks of this workflow take`;
    complain('wfformat.no-runtime', pointerOf(execution.slice(0, -1)), message);
    return tasks.map(() => 0);
  }
  const list = listAt(document, executions, complain);
  if (!list) return tasks.map(() => 0);
  const entries = new Map(findTasks(list, layout, complain).map((entry) => [entry.id, entry]));
  return tasks.map(({ id, pointer }) => {
    const entry = entries.get(id);
    if (entry) return readRuntime(entry, layout, complain);
    const message = `there is no entry for ${JSON.stringify(id)} in ${pointerOf(executions)}`;
    complain('wfformat.no-runtime', pointer, message);
    return 0;
  });
}

function readRuntime({ value, pointer }: Part<JsonObject>, { runtime }: Layout, complain: Complain): number {
  const field = runtime.find((each) => value[each] !== undefined) ?? runtime[0];
  const seconds = value[field] ?? undefined;
  if (seconds === undefined) {
    complain('wfformat.no-runtime', pointer, `"${field}" is missing here`);
  } else if (typeof seconds !== 'number' || !Number.isFinite(seconds)) {
    complain('wfformat.wrong-type', pointerTo(pointer, field), 'this must be a number of seconds');
  } else if (seconds < 0) {
    complain('wfformat.negative-runtime', pointerTo(pointer, field), `this must not be negative, and is ${seconds}`);
  } else return seconds;
  return 0;
}
