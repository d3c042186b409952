import type { Random } from '../kernel/random.js';

/** What may go wrong, and how often: chances of one occasion, or of one second of one node; times in milliseconds. */
export interface Faults {
  /** How long something is on its way, one way. */
  readonly latencyMs: readonly [least: number, most: number];
  /** How long a commit takes, once its rows are written: here transactions overtake each other. */
  readonly commitMs: readonly [least: number, most: number];
  /** A commit takes that long: what was written after it is there before it. */
  readonly commitSlow: number;
  readonly commitSlowMs: readonly [least: number, most: number];
  readonly slow: number;
  readonly slowMs: readonly [least: number, most: number];
  readonly requestLost: number;
  readonly replyLost: number;
  /** The database refuses a statement, and nothing of it stands. */
  readonly refused: number;
  /** The database has no room for another commit for a while; its sessions and locks stand. */
  readonly logFull: number;
  readonly logFullMs: readonly [least: number, most: number];
  readonly noticeLost: number;
  readonly noticeTwice: number;
  readonly messageLost: number;
  readonly messageTwice: number;
  /** Of an engine's or a worker's second. */
  readonly crash: number;
  readonly crashedMs: readonly [least: number, most: number];
  readonly pause: number;
  readonly pauseMs: readonly [least: number, most: number];
  readonly cut: number;
  readonly cutMs: readonly [least: number, most: number];
  /** The database ends a session, as it does with all of them when it starts anew. */
  readonly sessionEnded: number;
  readonly clockJump: number;
  readonly clockJumpMs: readonly [least: number, most: number];
  /** Somebody else's transaction stays open, and holds the horizon back. */
  readonly openTransaction: number;
  readonly openTransactionMs: readonly [least: number, most: number];
  /** Of one attempt. */
  readonly handlerThrows: number;
  readonly handlerHangs: number;
  readonly reportTwice: number;
  /** A worker says it again when its attempt may long have been given to another one. */
  readonly reportLate: number;
  readonly lateMs: readonly [least: number, most: number];
}

/** The kinds of faults, each of which is on or off for a seed. */
export type FaultKind = {
  [K in keyof Faults]: Faults[K] extends number ? K : never;
}[keyof Faults];

const MENU: Faults = {
  latencyMs: [0, 4],
  commitMs: [0, 6],
  commitSlow: 0.05,
  commitSlowMs: [20, 3_000],
  slow: 0.01,
  slowMs: [50, 1_500],
  requestLost: 0.004,
  replyLost: 0.006,
  refused: 0.005,
  logFull: 0.15,
  logFullMs: [2_000, 25_000],
  noticeLost: 0.2,
  noticeTwice: 0.1,
  messageLost: 0.03,
  messageTwice: 0.05,
  crash: 0.04,
  crashedMs: [100, 8_000],
  pause: 0.02,
  pauseMs: [200, 18_000],
  cut: 0.05,
  cutMs: [500, 15_000],
  sessionEnded: 0.02,
  clockJump: 0.02,
  clockJumpMs: [-60_000, 60_000],
  openTransaction: 0.03,
  openTransactionMs: [100, 15_000],
  handlerThrows: 0.1,
  handlerHangs: 0.02,
  reportTwice: 0.1,
  reportLate: 0.1,
  lateMs: [2_000, 30_000],
};

/** A calm world: what remains when faults stop. Things still take their time. */
export const CALM: Faults = {
  ...(Object.fromEntries(
    Object.entries(MENU).map(([name, value]) => [name, typeof value === 'number' ? 0 : value]),
  ) as unknown as Faults),
  latencyMs: [0, 2],
  commitMs: [0, 2],
};

/**
 * The faults of a seed: each kind is on or off by the toss of a coin, for what never fails by one thing alone is often
 * found by another that is not drowned in it.
 */
export function swarm(random: Random): { readonly faults: Faults; readonly kinds: readonly FaultKind[] } {
  const names = (Object.keys(MENU) as (keyof Faults)[]).filter((name) => typeof MENU[name] === 'number');
  const kinds = names.filter(() => random.chance(0.5)) as FaultKind[];
  const on = Object.fromEntries(kinds.map((kind) => [kind, MENU[kind]]));
  const times = { latencyMs: MENU.latencyMs, commitMs: MENU.commitMs };
  return { faults: { ...CALM, ...times, ...on }, kinds };
}
