import type { Json, JsonObject } from '@orrery/domain';
import type { Random } from '../kernel/random.js';
import { RECORDED, SMALL } from './real-graphs.js';

/** What a task of the type `work` does: it takes some time, and then it is done, or fails as often as it says. */
export type Behaviour = {
  readonly ms: number;
  /** How many attempts fail before one is done; -1: all of them. */
  readonly fails: number;
};

export const SIGNAL = 'go';
/** How many signals the hottest run waits for. */
export const SIGNALS_MAX = 14;
/** The input of every run. */
export const INPUT: JsonObject = { yes: true, no: false };

const SHAPES = ['chain', 'fork-join', 'diamond', 'wide', 'any'] as const;

/** What a seed's runs are runs of: their names begin with their kind. */
export function randomDefinitions(random: Random, count: number): readonly JsonObject[] {
  const parents = Array.from({ length: count }, (_, index) => {
    const draw = random.next();
    if (draw < 0.12) return brief(random, `brief-${index}`);
    if (draw < 0.24) return hot(random, `hot-${index}`);
    if (draw < 0.34) return real(random, `real-${index}`);
    return randomDefinition(random, `flow-${index}`, ['child']);
  });
  return [randomDefinition(random, 'child', []), ...parents];
}

/** A definition as users write them, by chance: of every shape and with every kind of task. */
function randomDefinition(random: Random, name: string, children: readonly string[]): JsonObject {
  const shape = random.pick(SHAPES);
  const count = random.between(1, shape === 'wide' ? 12 : 7);
  const keys = Array.from({ length: count }, (_, index) => `t${index}`);
  const isSaga = random.chance(0.4);
  const tasks: Record<string, JsonObject> = {};
  for (const [index, key] of keys.entries()) {
    const dependsOn = dependenciesOf(shape, keys, index, random);
    // The input of a child is its parent's affair.
    const when = sometimes(random, children.length > 0 ? 0.08 : 0, () => `\${input.${random.pick(['yes', 'no'])}}`);
    const compensate = sometimes(random, isSaga ? 0.7 : 0, () => undo(random));
    tasks[key] = written({ ...taskOf(random, children), when, dependsOn, compensate });
  }
  const running = sometimes(random, 0.3, () => 'cancel');
  return written({
    orrery: 'v1',
    name,
    tasks,
    timeout: sometimes(random, 0.05, () => `${random.between(2, 10)}s`),
    onFailure: written({ action: isSaga ? 'compensate' : 'fail', running }),
    output: sometimes(random, 0.4, () => `\${tasks.${random.pick(keys)}.output}`),
  });
}

/** Over so soon that a cancel comes just when it ends. */
function brief(random: Random, name: string): JsonObject {
  const work = (key: string, after: readonly string[]) => {
    const input = { ms: random.below(60), fails: 0 };
    return [key, written({ type: 'work', input, dependsOn: after, compensate: undo(random) })] as const;
  };
  const tasks = Object.fromEntries(random.chance(0.5) ? [work('a', [])] : [work('a', []), work('b', ['a'])]);
  return { orrery: 'v1', name, tasks, onFailure: random.pick(['fail', 'compensate']) };
}

/** One that everybody has something to say to at once. */
function hot(random: Random, name: string): JsonObject {
  const keys = Array.from({ length: random.between(5, SIGNALS_MAX) }, (_, index) => `w${index}`);
  const width = random.between(1, 5);
  const wait = (index: number): JsonObject => ({
    type: 'wait',
    input: { signal: SIGNAL },
    dependsOn: index < width ? [] : [keys[index - width]!],
  });
  const waits = Object.fromEntries(keys.map((key, index) => [key, wait(index)]));
  const last = { type: 'work', input: behaviour(random, 0.05), retry: retry(random), dependsOn: keys };
  return { orrery: 'v1', name, tasks: { ...waits, last }, output: `\${tasks.${random.pick(keys)}.output}` };
}

/** The graph of a real workflow, whose tasks take a little of the time that they took. */
function real(random: Random, name: string): JsonObject {
  const graph = random.pick(random.chance(0.2) ? RECORDED : SMALL);
  const tasks = Object.entries(graph).map(([key, dependsOn]) => {
    const input = { ms: random.below(400), fails: random.chance(0.03) ? random.between(1, 2) : 0 };
    return [key, { type: 'work', input, retry: retry(random), dependsOn }] as const;
  });
  return { orrery: 'v1', name, tasks: Object.fromEntries(tasks) };
}

/** An object as it is written: what is not said is not there. */
function written(members: { readonly [key: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as JsonObject;
}

function dependenciesOf(
  shape: (typeof SHAPES)[number],
  keys: readonly string[],
  index: number,
  random: Random,
): string[] {
  const last = keys.length - 1;
  if (index === 0) return [];
  if (shape === 'chain') return [keys[index - 1]!];
  if (shape === 'wide') return [keys[0]!];
  if (shape === 'fork-join') return index === last ? keys.slice(1, -1).concat(index === 1 ? keys[0]! : []) : [keys[0]!];
  if (shape === 'diamond')
    return index === last ? keys.slice(Math.max(0, index - 2), index) : [keys[Math.max(0, index - 2)]!];
  return keys.slice(0, index).filter(() => random.chance(0.4));
}

function taskOf(random: Random, children: readonly string[]): JsonObject {
  const draw = random.next();
  const timeout = sometimes(random, 0.2, () => '4s');
  if (draw < 0.08) return { type: 'noop' };
  if (draw < 0.18) return { type: 'sleep', input: { duration: `${random.between(100, 5_000)}ms` } };
  // Nobody signals a child, whose id its parent alone knows, and so a child waits for no signal, and has no children.
  if (draw < 0.33 && children.length > 0) {
    if (draw < 0.23) return { type: 'wait', input: written({ signal: SIGNAL, timeout }) };
    return written({ type: 'workflow', input: { definition: random.pick(children) }, timeout });
  }
  const work = {
    type: 'work',
    retry: retry(random),
    timeout,
    priority: sometimes(random, 0.2, () => random.below(10)),
  };
  if (draw < 0.41) {
    const forEach = Array.from({ length: random.below(6) }, () => behaviour(random, 0.05));
    return written({
      ...work,
      forEach,
      concurrency: sometimes(random, 0.5, () => random.between(1, 3)),
      input: '${item}',
    });
  }
  return written({ ...work, input: behaviour(random, 0.12), optional: sometimes(random, 0.1, () => true) });
}

function sometimes<T>(random: Random, probability: number, value: () => T): T | undefined {
  return random.chance(probability) ? value() : undefined;
}

/** What undoes a task, which may fail too. */
function undo(random: Random): JsonObject {
  if (random.chance(0.1)) return { type: 'noop' };
  return { type: 'undo', input: behaviour(random, 0.2), retry: retry(random) };
}

function behaviour(random: Random, failing: number): Behaviour {
  const ms = random.chance(0.5) ? random.below(20) : random.between(20, 3_000);
  if (random.chance(failing)) return { ms, fails: -1 };
  // Some need more attempts than they have: they are done when somebody retries their run.
  return { ms, fails: random.chance(0.15) ? random.between(1, 6) : 0 };
}

function retry(random: Random): JsonObject {
  return { maxAttempts: random.between(3, 5), backoff: { initial: '200ms', multiplier: 2, max: '2s' } };
}
