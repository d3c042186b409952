import type { Json, JsonObject } from '@orrery/domain';
import type { Random } from '../kernel/random.js';

/** What a task of the type `work` does: it takes some time, and then it is done, or fails as often as it says. */
export type Behaviour = {
  readonly ms: number;
  /** How many attempts fail before one is done; -1: all of them. */
  readonly fails: number;
};

export const SIGNAL = 'go';

const SHAPES = ['chain', 'fork-join', 'diamond', 'wide', 'any'] as const;

/** A definition as users write them, by chance: of every shape and with every kind of task. */
export function randomDefinition(random: Random, name: string, children: readonly string[]): JsonObject {
  const shape = random.pick(SHAPES);
  const count = random.between(1, shape === 'wide' ? 12 : 7);
  const keys = Array.from({ length: count }, (_, index) => `t${index}`);
  const isSaga = random.chance(0.4);
  const tasks: Record<string, JsonObject> = {};
  for (const [index, key] of keys.entries()) {
    const dependsOn = dependenciesOf(shape, keys, index, random);
    const task = taskOf(random, children);
    const undo =
      isSaga && random.chance(0.7) ? { type: 'undo', input: behaviour(random, 0.15), retry: retry(random) } : undefined;
    tasks[key] = written({ ...task, dependsOn: dependsOn.length === 0 ? undefined : dependsOn, compensate: undo });
  }
  return written({ orrery: 'v1', name, tasks, onFailure: isSaga ? 'compensate' : undefined });
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
  if (draw < 0.08) return { type: 'noop' };
  if (draw < 0.18) return { type: 'sleep', input: { duration: `${random.between(100, 5_000)}ms` } };
  // Nobody signals a child, whose id its parent alone knows.
  if (draw < 0.24 && children.length > 0) return { type: 'wait', input: { signal: SIGNAL } };
  if (draw < 0.32 && children.length > 0) return { type: 'workflow', input: { definition: random.pick(children) } };
  if (draw < 0.4) {
    const forEach = Array.from({ length: random.below(6) }, () => behaviour(random, 0.05));
    const concurrency = random.chance(0.5) ? random.between(1, 3) : undefined;
    return written({ type: 'work', forEach, concurrency, input: '${item}', retry: retry(random) });
  }
  const optional = random.chance(0.1) ? true : undefined;
  return written({ type: 'work', input: behaviour(random, 0.12), retry: retry(random), optional });
}

function behaviour(random: Random, failing: number): Behaviour {
  const ms = random.chance(0.5) ? random.below(20) : random.between(20, 3_000);
  if (random.chance(failing)) return { ms, fails: -1 };
  return { ms, fails: random.chance(0.15) ? random.between(1, 2) : 0 };
}

function retry(random: Random): JsonObject {
  return { maxAttempts: random.between(3, 5), backoff: { initial: '200ms', multiplier: 2, max: '2s' } };
}
