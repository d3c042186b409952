import type { Json } from '@orrery/domain';

/** A task as it is written: no more of it than the model goes by. */
export interface WrittenTask {
  readonly type: string;
  readonly dependsOn?: readonly string[];
  readonly forEach?: Json;
  readonly concurrency?: number;
  readonly when?: Json;
  readonly input?: Json;
  readonly optional?: boolean;
  readonly retry?: { readonly maxAttempts?: number };
  readonly compensate?: Pick<WrittenTask, 'type' | 'retry'>;
}

/** A definition as it is written. */
export interface WrittenDefinition {
  readonly tasks: { readonly [key: string]: WrittenTask };
  readonly onFailure?: string | { readonly action?: string };
  readonly output?: Json;
}

/** What an expression may read. */
export interface Readable {
  readonly input: Json;
  readonly tasks: ReadonlyMap<string, Json>;
}

const ENGINE_TYPES = ['noop', 'sleep', 'wait'];
const PATH = /^\$\{(input|tasks\.(\w+)\.output)((?:\.\w+)*)\}$/;

/** What a text that is one path of names gives, as `${tasks.a.output.n}`; any other value is what it is. */
export function read(value: Json, { input, tasks }: Readable): Json {
  if (typeof value !== 'string' || !value.includes('${')) return value;
  const [, , task, rest] = PATH.exec(value) ?? [];
  if (rest === undefined) throw new Error(`the model cannot read ${value}`);
  let found: Json | undefined = task === undefined ? input : tasks.get(task);
  for (const name of rest.split('.').slice(1)) found = (found as { [key: string]: Json } | undefined)?.[name];
  return found ?? null;
}

/** The tasks that a task comes after: those that it says, and those that it reads. */
export function comesAfter({ dependsOn = [], when, forEach, input }: WrittenTask): ReadonlySet<string> {
  const text = JSON.stringify([when, forEach, input]);
  if (!text.includes('${')) return new Set(dependsOn);
  return new Set([...dependsOn, ...[...text.matchAll(/\btasks\.(\w+)/g)].map(([, key]) => key!)]);
}

/** How many attempts there are: what the engine does itself is tried once, and a run within a run too unless it says so. */
export function attemptsOf({ type, retry }: Pick<WrittenTask, 'type' | 'retry'>): number {
  if (ENGINE_TYPES.includes(type)) return 1;
  return retry?.maxAttempts ?? (type === 'workflow' ? 1 : 3);
}

export function undoesOnFailure({ onFailure = 'fail' }: WrittenDefinition): boolean {
  return (typeof onFailure === 'string' ? onFailure : onFailure.action) === 'compensate';
}
