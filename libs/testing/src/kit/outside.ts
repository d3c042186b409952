import { currentActivity, within } from './activity.js';
import type { KitWorld } from './kit-world.js';

/** How long somebody outside is waited for, in milliseconds. */
const ANSWER_MS = 10_000;

/** A system outside as handlers reach it: whatever it does takes time. */
export type Outside<System> = {
  readonly [Name in keyof System]: System[Name] extends (...args: infer Args) => infer Answer
    ? (...args: Args) => Promise<Awaited<Answer>>
    : System[Name];
};

/** No answer came from a system outside: nobody knows whether it did what it was asked. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly code = 'ETIMEDOUT';
}

/** Makes a fake behave as a system at the other end of a network: every call of it goes there and back. */
export function outside<System extends object>(world: KitWorld, system: System): Outside<System> {
  return new Proxy(system, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => call(world, String(name), async () => value.apply(target, args) as unknown);
    },
  }) as Outside<System>;
}

/** A request that is on its way is carried out, whatever becomes of who sent it; its answer comes, or is lost. */
function call(world: KitWorld, name: string, work: () => Promise<unknown>): Promise<unknown> {
  const activity = currentActivity();
  if (!activity) throw new Error(`${name} was called outside of the simulation that it belongs to`);
  const { faults, waits } = world;
  const { node, random } = activity;
  const after = (ms: number, callback: () => void) => void waits.after(world.outside.clock, ms, callback);
  const strikes = (fault: 'requestLost' | 'replyLost') => {
    if (!random.chance(faults[fault])) return false;
    world.count(fault);
    return true;
  };
  const delay = () => (random.chance(faults.slow) ? random.between(...faults.slowMs) : random.between(1, 5));
  return new Promise((resolve, reject) => {
    const lost = () => after(ANSWER_MS, () => node.enter(() => reject(new NoAnswer(`${name} did not answer`))));
    const back = (tell: () => void) => {
      if (strikes('replyLost')) return lost();
      after(delay(), () => node.enter(tell));
    };
    if (strikes('requestLost')) return lost();
    after(delay(), () => {
      world.trace.add('outside', name);
      within(world.outside, work).then(
        (answer) => back(() => resolve(answer)),
        (error: unknown) => back(() => reject(error as Error)),
      );
    });
  });
}
