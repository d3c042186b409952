/** What simulated code must never touch: the real time, real chance, and the world outside. */
const FORBIDDEN: readonly (readonly [owner: object, name: string])[] = [
  [Date, 'now'],
  [Math, 'random'],
  [performance, 'now'],
  [globalThis, 'setTimeout'],
  [globalThis, 'setInterval'],
  [globalThis, 'setImmediate'],
  [globalThis, 'fetch'],
  [process, 'hrtime'],
  [globalThis.crypto, 'getRandomValues'],
  [globalThis.crypto, 'randomUUID'],
];

/** Real time, chance or I/O was touched by code that is simulated: its outcome could not be had again. */
export class Trapped extends Error {
  override readonly name = 'Trapped';

  constructor(what: string) {
    super(`simulated code called ${what}: it must go by its ports`);
  }
}

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
  const kept = FORBIDDEN.map(([owner, name]) => [owner, name, Reflect.getOwnPropertyDescriptor(owner, name)] as const);
  for (const [owner, name] of FORBIDDEN) {
    const throws = () => {
      throw new Trapped(name);
    };
    Object.defineProperty(owner, name, { value: throws, configurable: true, writable: true });
  }
  try {
    return await work();
  } finally {
    for (const [owner, name, descriptor] of kept) {
      if (descriptor) Object.defineProperty(owner, name, descriptor);
      else Reflect.deleteProperty(owner, name);
    }
  }
}
