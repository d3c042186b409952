import type { Clock, TaskHandler } from '@orrery/application';
import type { Random } from '../kernel/random.js';
import type { SimWorld } from '../world/sim-world.js';
import type { Behaviour } from './definitions.js';

/** One time that a handler really ran. */
export interface Execution {
  readonly task: string;
  readonly attempt: number;
  readonly node: string;
}

/** What an attempt takes that has stopped to answer: it comes back when everybody has forgotten it. */
const HUNG_MS = 20_000;

/** The handlers of one node, which write every execution down. */
export function handlersOn(
  node: string,
  {
    world,
    clock,
    random,
    executions,
  }: {
    readonly world: SimWorld;
    readonly clock: () => Clock;
    readonly random: Random;
    readonly executions: Execution[];
  },
): ReadonlyMap<string, TaskHandler> {
  const work: TaskHandler = async (input, { task }) => {
    executions.push({ task: task.id, attempt: task.attempt, node });
    const { ms, fails } = input as unknown as Behaviour;
    const hangs = random.chance(world.faults.handlerHangs);
    if (hangs) world.count('handlerHangs');
    await new Promise<void>((resolve) => void clock().after(hangs ? HUNG_MS : ms, resolve));
    if (random.chance(world.faults.handlerThrows)) {
      world.count('handlerThrows');
      throw Object.assign(new Error('thrown by chance'), { code: 'chance' });
    }
    if (fails < 0 || task.attempt <= fails) throw Object.assign(new Error('as it was told to'), { code: 'told' });
    return { by: task.key, attempt: task.attempt };
  };
  return new Map([
    ['work', work],
    ['undo', work],
  ]);
}
