import { didYouMean, suggester } from '@orrery/domain';
import type { Random } from '../kernel/random.js';
import { CALM, type FaultKind, type Faults } from '../world/faults.js';

/** What may go wrong, by the names that users know. */
const MENU = {
  /** Engines and workers die between any two things that take time, and others take their place. */
  crashes: { crash: 0.08, crashedMs: [50, 3_000] },
  /** A machine stands still for a while and goes on as if nothing had been. */
  pauses: { pause: 0.05, pauseMs: [100, 20_000] },
  /** Requests, replies and messages get lost: also those to what `outside` stands for. */
  losses: { requestLost: 0.01, replyLost: 0.02, messageLost: 0.05, noticeLost: 0.2 },
  /** Messages and reports come twice. */
  duplicates: { messageTwice: 0.1, noticeTwice: 0.1, reportTwice: 0.2 },
  /** Now and then something takes long that is quick otherwise. */
  delays: { slow: 0.03, slowMs: [50, 1_500], latencyMs: [0, 5], commitMs: [0, 8] },
  /** The database refuses, is full, ends sessions, cannot be reached, or is held up by a transaction of somebody else. */
  database: {
    refused: 0.005,
    sessionEnded: 0.05,
    cut: 0.05,
    cutMs: [500, 15_000],
    openTransaction: 0.05,
    openTransactionMs: [100, 10_000],
    logFull: 0.02,
    logFullMs: [500, 15_000],
  },
  /** The clocks of machines are wrong, by a minute at most. */
  clocks: { clockJump: 0.05, clockJumpMs: [-60_000, 60_000] },
  /** An attempt that has done its work does not answer for a while, or until its time is over. */
  hangs: { handlerHangs: 0.04 },
} satisfies { readonly [name: string]: Partial<Faults> };

export type FaultName = keyof typeof MENU;
export const FAULT_NAMES = Object.keys(MENU) as readonly FaultName[];

/** Which faults a simulation may have: all, none, some, or all but those that are switched off. */
export type FaultChoice = 'default' | 'none' | readonly FaultName[] | { readonly [Name in FaultName]?: boolean };

/** The faults of a choice. Throws a `TypeError` that names what is no fault. */
export function chosenFaults(choice: FaultChoice): readonly FaultName[] {
  if (choice === 'default') return FAULT_NAMES;
  if (choice === 'none') return [];
  if (typeof choice !== 'object' || choice === null)
    throw new TypeError(`faults must be 'default', 'none', a list or an object, and is ${String(choice)}`);
  const isList = Array.isArray(choice);
  const said = (isList ? Object.fromEntries(choice.map((name: string) => [name, true])) : choice) as Readonly<
    Record<string, unknown>
  >;
  for (const [name, isOn] of Object.entries(said)) mustBeFault(name, isOn);
  return FAULT_NAMES.filter((name) => said[name] ?? !isList);
}

function mustBeFault(name: string, isOn: unknown): void {
  const meant = suggester(FAULT_NAMES)(name);
  if (!Object.hasOwn(MENU, name))
    throw new TypeError(`"${name}" is no fault${didYouMean(meant)}: they are ${FAULT_NAMES.join(', ')}`);
  if (typeof isOn !== 'boolean') throw new TypeError(`faults.${name} must be true or false, and is ${String(isOn)}`);
}

/**
 * The faults of a seed: each that was chosen is on or off by the toss of a coin, for what never fails by one thing alone
 * is often found by another that is not drowned in it.
 */
export function faultsOfSeed(chosen: readonly FaultName[], random: Random): Faults {
  const on = chosen.filter(() => random.chance(0.6));
  return Object.assign({}, CALM, ...on.map((name) => MENU[name])) as Faults;
}

/** The name that users know of a kind of fault. */
export function nameOfKind(kind: string): FaultName | undefined {
  return FAULT_NAMES.find((name) => kind in MENU[name]);
}

/** What happened, in words; what is told elsewhere has none. */
export const FAULT_WORDS: { readonly [Kind in FaultKind]?: string } = {
  pause: 'a machine stands still',
  cut: 'a machine cannot reach the database',
  sessionEnded: 'the database ends a session',
  openTransaction: 'a foreign transaction stays open',
  clockJump: 'a clock jumps',
  requestLost: 'a request is lost',
  replyLost: 'a reply is lost',
  logFull: 'the database has no room for another commit',
  refused: 'the database refuses a statement',
  messageLost: 'a message is lost',
  messageTwice: 'a message comes twice',
  reportTwice: 'a result is reported twice',
};
