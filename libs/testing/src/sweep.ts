import { createHash } from 'node:crypto';
import type { Outcome } from './simulation.js';
import { simulate } from './simulate.js';

/** So many seeds are told of at a time. */
const RANGE_SEEDS = 1_000;
/** Every so many seeds one is run twice. */
const TWICE_EVERY = 50;

/** Seeds, one after the other. */
export interface SeedRange {
  readonly from: number;
  readonly seeds: number;
}

/** What came of some seeds. */
export interface Swept extends SeedRange {
  readonly steps: number;
  readonly violations: number;
  readonly simulatedMs: number;
  readonly runs: number;
  /** How often what went wrong. */
  readonly faults: Readonly<Record<string, number>>;
  /** SHA-256, in hex, over the traces of what is summed up. */
  readonly trace: string;
}

/** Runs the seeds of a range, and tells of each. */
export async function sweep({ from, seeds }: SeedRange, tell: (outcome: Outcome) => void): Promise<Swept> {
  const outcomes: Swept[] = [];
  for (let seed = from; seed < from + seeds; seed += 1) {
    const outcome = await outcomeOf(seed);
    tell(outcome);
    outcomes.push({ ...outcome, from: seed, seeds: 1, violations: outcome.violations.length });
  }
  const { steps, violations, simulatedMs, runs, faults, trace } = sumOf(outcomes);
  return { from, seeds, steps, violations, simulatedMs, runs, faults, trace };
}

/** What comes of a seed, which is to be the same each time. */
async function outcomeOf(seed: number): Promise<Outcome> {
  const outcome = await simulate(seed);
  if (seed % TWICE_EVERY !== 0) return outcome;
  const { trace } = await simulate(seed);
  if (trace === outcome.trace) return outcome;
  const other = { invariant: 'same seed, same world', where: `seed ${seed}`, what: `its trace was ${trace}, too` };
  return { ...outcome, violations: [...outcome.violations, other] };
}

/** What came of them all together. */
export function sumOf(swept: readonly Swept[]): Swept {
  const faults: Record<string, number> = {};
  const trace = createHash('sha256');
  const inOrder = [...swept].sort((a, b) => a.from - b.from);
  for (const each of inOrder) {
    trace.update(each.trace);
    for (const [fault, times] of Object.entries(each.faults)) faults[fault] = (faults[fault] ?? 0) + times;
  }
  const sum = (count: (each: Swept) => number) => inOrder.reduce((total, each) => total + count(each), 0);
  return {
    from: inOrder[0]?.from ?? 0,
    seeds: sum(({ seeds }) => seeds),
    steps: sum(({ steps }) => steps),
    violations: sum(({ violations }) => violations),
    simulatedMs: sum(({ simulatedMs }) => simulatedMs),
    runs: sum(({ runs }) => runs),
    faults,
    trace: trace.digest('hex'),
  };
}

/** The ranges that are left of these seeds when some are done, none of them too long to be told of at once. */
export function rangesLeft({ from, seeds }: SeedRange, done: readonly SeedRange[]): SeedRange[] {
  const end = from + seeds;
  const inOrder = [...done].sort((a, b) => a.from - b.from);
  const left: SeedRange[] = [];
  for (let next = from; next < end;) {
    const here = inOrder.find((range) => range.from <= next && next < range.from + range.seeds);
    if (here) {
      next = here.from + here.seeds;
      continue;
    }
    const before = inOrder.find((range) => range.from > next)?.from ?? end;
    const until = Math.min(next + RANGE_SEEDS, before, end);
    left.push({ from: next, seeds: until - next });
    next = until;
  }
  return left;
}
