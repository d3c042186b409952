import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { envTrap } from './env-trap.js';
import { OUTSIDE } from './outside-traps.js';
import { type Trap, throwing } from './trapped.js';

export { Trapped } from './trapped.js';

const owned = (owner: object, names: readonly string[]): readonly Trap[] =>
  names.map((name) => [owner, name, throwing(name)]);

/**
 * What simulated code must never touch: the real time, real chance, the world outside, and what is another on another
 * machine, or whenever memory happens to be collected.
 */
const FORBIDDEN: readonly Trap[] = [
  ...owned(Math, ['random']),
  ...owned(performance, ['now']),
  ...owned(process, ['hrtime', 'uptime', 'cpuUsage', 'memoryUsage']),
  ...owned(globalThis, ['setTimeout', 'setInterval', 'setImmediate', 'WeakRef', 'FinalizationRegistry']),
  ...owned(globalThis.crypto, ['getRandomValues', 'randomUUID']),
  ...owned(crypto, ['randomBytes', 'randomUUID', 'randomInt', 'randomFill', 'randomFillSync']),
  ...owned(Atomics, ['wait']),
  ...owned(String.prototype, ['localeCompare', 'toLocaleLowerCase', 'toLocaleUpperCase']),
  ...owned(Number.prototype, ['toLocaleString']),
  ...owned(Date.prototype, ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString', 'getTimezoneOffset']),
  ...owned(Intl, ['Collator', 'DateTimeFormat', 'NumberFormat', 'PluralRules', 'RelativeTimeFormat', 'Segmenter']),
  ...OUTSIDE,
];

/** Does some work, and tells of every error in it that nobody caught: any other process would have ended of it. */
export async function withUncaught<T>(tell: (error: unknown) => void, work: () => Promise<T>): Promise<T> {
  process.on('uncaughtException', tell).on('unhandledRejection', tell);
  try {
    return await work();
  } finally {
    process.off('uncaughtException', tell).off('unhandledRejection', tell);
  }
}

/** Does some work while everything that is not deterministic throws. */
export async function withTraps<T>(work: () => Promise<T>): Promise<T> {
  const traps = [...FORBIDDEN, envTrap(), dateTrap()];
  const kept = traps.map(([owner, name]) => [owner, name, Reflect.getOwnPropertyDescriptor(owner, name)] as const);
  try {
    for (const [owner, name, value] of traps)
      Object.defineProperty(owner, name, { value, configurable: true, writable: true });
    syncBuiltinESMExports();
    return await work();
  } finally {
    for (const [owner, name, descriptor] of kept) {
      if (descriptor) Object.defineProperty(owner, name, descriptor);
      else Reflect.deleteProperty(owner, name);
    }
    syncBuiltinESMExports();
  }
}

/** A date of a given time is a value like any other; the date of now is not. */
function dateTrap(): Trap {
  const now = throwing('now');
  const date = new Proxy(Date, {
    construct: (target, given, made) => (given.length === 0 ? now() : (Reflect.construct(target, given, made) as Date)),
    apply: now,
    get: (target, name, self) => (name === 'now' ? now : (Reflect.get(target, name, self) as unknown)),
  });
  return [globalThis, 'Date', date];
}
