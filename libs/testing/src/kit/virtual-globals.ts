import { createHook } from 'node:async_hooks';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import { type Activity, currentActivity, waitIn, within } from './activity.js';
import { RealWorldUsed } from './real-world-used.js';

type Callback = (...args: unknown[]) => void;

/** A timer in simulated time, to be used as one of Node's. */
class VirtualTimer {
  private cancel: () => void = () => undefined;

  constructor(
    private readonly activity: Activity,
    private readonly callback: () => void,
    private readonly ms: number,
    private readonly repeats: boolean,
  ) {
    this.refresh();
  }

  refresh(): this {
    this.cancel();
    const { world, clock } = this.activity;
    this.cancel = world.waits.after(clock, this.ms, () => {
      if (this.repeats) this.refresh();
      within(this.activity, this.callback);
    });
    return this;
  }

  close(): this {
    this.cancel();
    return this;
  }

  // It keeps no process alive: there is none.
  ref = (): this => this;
  unref = (): this => this;
  hasRef = (): boolean => true;
  [Symbol.dispose] = (): void => void this.close();
}

/** What Node does with a delay that is none. */
const delayOf = (ms: unknown) => (Number(ms) >= 1 ? Math.floor(Number(ms)) : 1);

type Original = (this: unknown, ...args: unknown[]) => unknown;
/** What a global does in an activity, given what it does otherwise. */
type Virtual = (activity: Activity, args: unknown[], original: Original) => unknown;

const timer =
  (repeats: boolean, isAtOnce = false): Virtual =>
  (activity, [callback, ...rest]) => {
    const [ms, args] = isAtOnce ? [0, rest] : [delayOf(rest[0]), rest.slice(1)];
    return new VirtualTimer(activity, () => (callback as Callback)(...args), ms, repeats);
  };
const clear: Virtual = (_activity, [given], original) =>
  given instanceof VirtualTimer ? void given.close() : original(given);
const sinceStart = ({ clock, world }: Activity) => clock.now() - world.scheduler.startedAt;
const refused =
  (what: string): Virtual =>
  (activity) => {
    throw (activity.world.misuse ??= new RealWorldUsed(activity.name, what));
  };

const FUNCTIONS: readonly (readonly [owner: object, name: string, virtual: Virtual])[] = [
  [globalThis, 'setTimeout', timer(false)],
  [globalThis, 'setInterval', timer(true)],
  [globalThis, 'setImmediate', timer(false, true)],
  [globalThis, 'clearTimeout', clear],
  [globalThis, 'clearInterval', clear],
  [globalThis, 'clearImmediate', clear],
  [performance, 'now', sinceStart],
  [Math, 'random', ({ random }) => random.next()],
  [globalThis.crypto, 'randomUUID', ({ random }) => uuidOf(random.bytes(16))],
  [globalThis.crypto, 'getRandomValues', ({ random }, [array]) => filled(array as Uint8Array, random)],
  [AbortSignal, 'timeout', (activity, [ms]) => abortedAfter(activity, Number(ms))],
  [globalThis, 'fetch', refused('fetch')],
  [Socket.prototype, 'connect', refused('a socket')],
];

function uuidOf(bytes: Uint8Array): string {
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function filled(array: Uint8Array, random: Activity['random']): Uint8Array {
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(random.bytes(array.byteLength));
  return array;
}

function abortedAfter(activity: Activity, ms: number): AbortSignal {
  const ending = new AbortController();
  void waitIn(activity, ms).then(() => ending.abort(new DOMException('The operation timed out', 'TimeoutError')));
  return ending.signal;
}

/** A `Date` that goes by the clock of the activity which asks. */
function virtualDate(real: DateConstructor): DateConstructor {
  const now = () => currentActivity()?.clock.now() ?? real.now();
  const proxy: DateConstructor = new Proxy(real, {
    construct: (target, args, asked) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, asked === proxy ? target : asked) as Date,
    apply: () => new real(now()).toString(),
    get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
  });
  return proxy;
}

function replace(owner: object, name: string, value: unknown): () => void {
  const kept = Reflect.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true, enumerable: kept?.enumerable });
  return () => void (kept ? Object.defineProperty(owner, name, kept) : Reflect.deleteProperty(owner, name));
}

function replaceFunction(owner: object, name: string, virtual: Virtual): () => void {
  const original = Reflect.get(owner, name) as Original;
  const replaced = function (this: unknown, ...args: unknown[]): unknown {
    const activity = currentActivity();
    return activity ? virtual(activity, args, original) : original.apply(this, args);
  };
  const promised = Reflect.get(original, promisify.custom) as Original | undefined;
  if (promised) {
    const custom = (ms: unknown, value: unknown) => {
      const activity = currentActivity();
      return activity ? waitIn(activity, delayOf(ms)).then(() => value) : promised(ms, value);
    };
    Object.defineProperty(replaced, promisify.custom, { value: custom });
  }
  return replace(owner, name, replaced);
}

/** What Node makes for waiting in the real world, by its names: a promise of `node:timers/promises` is one of them. */
const REAL_RESOURCES = new Set(['Timeout', 'TCPWRAP', 'PIPEWRAP', 'UDPWRAP', 'GETADDRINFOREQWRAP', 'PROCESSWRAP']);

const watch = createHook({
  init: (_id, type) => {
    if (!REAL_RESOURCES.has(type)) return;
    const activity = currentActivity();
    // An error that is thrown here would end the process.
    if (activity) activity.world.misuse ??= new RealWorldUsed(activity.name, type);
  },
});

let users = 0;
let restore: readonly (() => void)[] = [];

/** Does some work while the globals go by simulated time and chance, for code that is part of an activity; no other. */
export async function withVirtualGlobals<T>(work: () => Promise<T>): Promise<T> {
  if (users++ === 0) {
    const date = replace(globalThis, 'Date', virtualDate(Date));
    restore = [date, ...FUNCTIONS.map(([owner, name, virtual]) => replaceFunction(owner, name, virtual))];
    watch.enable();
  }
  try {
    return await work();
  } finally {
    if (--users === 0) {
      watch.disable();
      for (const each of restore) each();
    }
  }
}
