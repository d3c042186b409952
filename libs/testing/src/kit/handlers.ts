import { type HandedTask, TaskError, type TaskHandler } from '@orrery/application';
import type { Json } from '@orrery/domain';
import { failureOfAttempt, localHandler } from '@orrery/embedded/parts';
import type { Log, TaskHandler as UserHandler } from '@orrery/sdk';
import type { SimClock } from '../world/sim-clock.js';
import type { SimNode } from '../world/sim-node.js';
import { type Activity, waitIn, within } from './activity.js';
import type { KitWorld } from './kit-world.js';

/** How likely a machine crashes amid an attempt, and when its work is done and nobody knows; where crashes are on. */
const CRASHES_AMID = 0.1;
const CRASHES_UNKNOWN = 0.15;
const AMID_MS = 2_000;
const HANGS_MS = 30_000;

/** What a user has registered: the handler for a task, by its type and whether it undoes something. */
export interface UserHandlers {
  readonly types: readonly string[];
  readonly of: (task: { readonly type: string; readonly compensation: boolean }) => UserHandler;
}

/** The machine that handlers run on. */
export interface Machine {
  readonly node: SimNode;
  readonly clock: SimClock;
  crash(): void;
}

/** An attempt that a handler has really made. */
export interface Made {
  readonly task: string;
  readonly attempt: number;
}

/** The handlers of a user, as the machines of a world run them. */
export class KitHandlers {
  readonly made: Made[] = [];
  private readonly busy = new Set<Made & { readonly machine: Machine }>();

  constructor(
    private readonly world: KitWorld,
    private readonly user: UserHandlers,
  ) {}

  get types(): readonly string[] {
    return this.user.types;
  }

  /** Whether a handler is at work on an attempt, on a machine that lives. */
  areAtWorkOn(task: string, attempt: number): boolean {
    return [...this.busy].some((each) => each.task === task && each.attempt === attempt && each.machine.node.isAlive);
  }

  on(name: string, machine: () => Machine): ReadonlyMap<string, TaskHandler> {
    const random = this.world.random.child(`handlers ${name}`);
    const handler = localHandler(this.user.of as never, logInto(this.world.trace, name));
    const run: TaskHandler = async (input, context) => {
      const { id, attempt, type } = context.task;
      const here = machine();
      const made = { task: id, attempt, machine: here };
      this.made.push(made);
      this.busy.add(made);
      const activity = { name: `the handler of ${type}`, world: this.world, ...here, random: random.child(id) };
      try {
        return await within(activity, () => attemptOf(() => handler(input, context), context.task, activity));
      } finally {
        this.busy.delete(made);
      }
    };
    return new Map(this.user.types.map((type) => [type, run]));
  }
}

/** An attempt on a machine that may crash under it; what it throws says how it failed. */
async function attemptOf(
  work: () => Json | PromiseLike<Json>,
  { key, attempt, compensation, deadline }: HandedTask,
  activity: Activity & Machine,
): Promise<Json> {
  const { world, node } = activity;
  const label = `${compensation ? `${key} (undone)` : key} attempt ${attempt}`;
  world.trace.add(node.name, `▶ ${label}`);
  if (strikes(activity, CRASHES_AMID)) crashLater(activity, AMID_MS);
  try {
    const output = await work();
    world.trace.add(node.name, `◀ ${label}`);
    await untilKnown(activity, deadline);
    return output;
  } catch (error) {
    const failure = failureOfAttempt(error);
    world.trace.add(node.name, `◀ ${label} fails with ${failure.code}: ${failure.message.split('\n')[0]}`);
    throw new TaskError(failure.code, failure.message, failure);
  }
}

function strikes({ random, world }: Activity, chance: number): boolean {
  return world.faults.crash > 0 && random.chance(chance);
}

function crashLater({ random, world, node, crash }: Activity & Machine, withinMs: number): void {
  world.scheduler.after(random.below(withinMs), () => {
    if (!node.isAlive || world.faults.crash === 0) return;
    world.count('crash');
    crash();
  });
}

/** The work is done, and nobody knows: now its machine may crash, or stand still until the time of the attempt is over. */
async function untilKnown(activity: Activity & Machine, deadline: number | null): Promise<void> {
  const { random, world, clock, name, node } = activity;
  if (strikes(activity, CRASHES_UNKNOWN)) {
    crashLater(activity, 1);
    return waitIn(activity, 1);
  }
  if (!random.chance(world.faults.handlerHangs)) return;
  world.count('handlerHangs');
  world.trace.add(node.name, `! ${name} does not answer`);
  const overtime = deadline === null || random.chance(0.5) ? 0 : deadline - clock.now();
  return waitIn(activity, overtime + random.below(HANGS_MS));
}

/** Where what handlers say to their log goes. */
function logInto(trace: KitWorld['trace'], name: string): Log {
  const say = (message: string) => trace.add(name, message);
  return { debug: say, info: say, warn: say, error: say };
}
