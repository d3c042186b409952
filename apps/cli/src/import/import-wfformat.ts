import {
  type DefinitionDocument,
  type Fault,
  type Json,
  Report,
  type TaskDocument,
  compileDefinition,
  formatDuration,
  keysOf,
} from '@orrery/domain';
import { type Complain, complainTo } from './instance-faults.js';
import { type Instance, type RecordedTask, readInstance } from './read-instance.js';
import { lawful, taskKeys } from './task-keys.js';

/** How an instance becomes a definition. */
export interface ImportOptions {
  /** What the definition is to be called, if not as the instance is; made a lawful name. */
  readonly name?: string;
  /** What the runtimes are multiplied with: 0.001 makes an hour 3.6 seconds, 0 every sleep none. Not negative. */
  readonly timeScale: number;
}

/** A definition, or every fault of the instance. */
export type Imported = { readonly document: DefinitionDocument } | { readonly faults: readonly Fault[] };

/**
 * Makes a WfCommons instance (WfFormat 1.3 to 1.6, as JSON text) a definition with the same graph, whose tasks sleep for
 * as long as they took, scaled and rounded up to whole milliseconds.
 */
export function importWfFormat(text: string, options: ImportOptions): Imported {
  const report = new Report();
  const instance = readText(text, complainTo(report));
  if (!instance) return { faults: report.faults };
  const keys = taskKeys(instance.tasks);
  const document = definitionOf(instance, keys, options);
  const { faults } = compileDefinition(document as unknown as Json);
  for (const fault of faults) report.addFault(inTheInstance(fault, instance, keys));
  return report.hasErrors ? { faults: report.faults } : { document };
}

function readText(text: string, complain: Complain): Instance | undefined {
  let document: Json;
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, '')) as Json;
  } catch (error) {
    complain('wfformat.not-json', '', `this is not JSON: ${(error as Error).message}`);
    return undefined;
  }
  return readInstance(document, complain);
}

function definitionOf(instance: Instance, keys: readonly string[], options: ImportOptions): DefinitionDocument {
  const entries = instance.tasks.map((task, index) => [keys[index]!, sleepOf(task, keys, options)]);
  return {
    orrery: 'v1',
    name: lawful(options.name ?? instance.name),
    description: descriptionOf(instance, options),
    tasks: Object.fromEntries(entries) as { [key: string]: TaskDocument },
  };
}

function descriptionOf({ name, version, executedAt, tasks }: Instance, { timeScale }: ImportOptions): string {
  const when = executedAt === undefined ? '' : `, executed at ${executedAt}`;
  const source = `WfCommons instance ${JSON.stringify(name)} (WfFormat ${version}${when})`;
  return `${source}: each of its ${tasks.length} tasks sleeps ${timeScale} times as long as it took.`;
}

function sleepOf({ runtimeSeconds, after }: RecordedTask, keys: readonly string[], { timeScale }: ImportOptions) {
  // Rounded up, but not for a hair that multiplication adds.
  const ms = Math.ceil(Number((runtimeSeconds * 1000 * timeScale).toFixed(6)));
  const sleep: TaskDocument = { type: 'sleep', input: { duration: formatDuration(ms) } };
  return after.length === 0 ? sleep : { ...sleep, dependsOn: after.map((index) => keys[index]!) };
}

/** A fault of the definition, told as one of the instance that it was made of. */
function inTheInstance(fault: Fault, { pointer, tasks }: Instance, keys: readonly string[]): Fault {
  const [, key] = keysOf(fault.pointer);
  const task = key === undefined ? undefined : tasks[keys.indexOf(key)];
  const isCycle = fault.code === 'definition.cycle' || fault.code === 'definition.self-dependency';
  return { ...fault, code: isCycle ? 'wfformat.cycle' : fault.code, pointer: task?.pointer ?? pointer };
}
