import { writeFileSync } from 'node:fs';
import { env } from 'node:process';
import { type FaultName, nameOfKind } from './kit-faults.js';
import { OneSeed, type SimulatedTest } from './one-seed.js';
import { type SimulationOptions, readOptions } from './options.js';
import { SimulationFailed, callerOf } from './simulation-failed.js';
import type { Trace } from './trace.js';
import { withVirtualGlobals } from './virtual-globals.js';

/** What was tried, when nothing failed. */
export interface SimulationReport {
  readonly seeds: number;
  /** How many things happened in all of them, and in how much simulated time. */
  readonly steps: number;
  readonly simulatedMs: number;
  /** How often what went wrong. */
  readonly faults: { readonly [Name in FaultName]?: number };
  /** What happened in the last seed. */
  readonly trace: Trace;
}

/**
 * Runs a test in simulations, one for each seed: the real engine and the test's handlers in simulated time, where
 * machines crash and messages get lost, late and twice. Rejects with `SimulationFailed` at the first seed in which the
 * test throws, is stuck, or the engine does not keep a promise; with a `TypeError` for options that make no sense.
 */
export function simulate(test: SimulatedTest): Promise<SimulationReport>;
export function simulate(options: SimulationOptions, test: SimulatedTest): Promise<SimulationReport>;
export async function simulate(...given: readonly unknown[]): Promise<SimulationReport> {
  const caller = callerOf(new Error(), simulate.name);
  const [options, test] = (given.length === 1 ? [{}, ...given] : given) as [SimulationOptions, SimulatedTest];
  if (typeof test !== 'function')
    throw new TypeError('simulate needs a test: a function that is given the simulated Orrery');
  const { seeds, faults } = readOptions(options, env['ORRERY_SEED'] || undefined);
  return withVirtualGlobals(async () => {
    const sum = { steps: 0, simulatedMs: 0, faults: {} as { [Name in FaultName]?: number } };
    let last: OneSeed | undefined;
    for (const seed of seeds) {
      last = new OneSeed(seed, faults);
      await last.run(test).catch((cause: unknown) => fail(last!, { cause, caller, test, faults }));
      const { scheduler, struck } = last.world;
      sum.steps += scheduler.steps;
      sum.simulatedMs += scheduler.now - scheduler.startedAt;
      for (const [kind, times] of Object.entries(struck)) {
        const name = nameOfKind(kind)!;
        sum.faults[name] = (sum.faults[name] ?? 0) + times;
      }
    }
    const { trace } = last!.world;
    keep(trace);
    return { seeds: seeds.length, ...sum, trace };
  });
}

interface Failing {
  readonly cause: unknown;
  readonly caller: string | undefined;
  readonly test: SimulatedTest;
  readonly faults: readonly FaultName[];
}

/** A seed is worth something only if it fails again: it is tried once more before it is told. */
async function fail({ seed, world }: OneSeed, { cause, caller, test, faults }: Failing): Promise<never> {
  const again = new OneSeed(seed, faults);
  await again.run(test).catch(() => undefined);
  const isSame = again.world.trace.toText() === world.trace.toText();
  keep(world.trace);
  throw new SimulationFailed({ seed, trace: world.trace, cause, caller, isSame });
}

/** The environment's `ORRERY_TRACE` names a file that the trace is written to. */
function keep(trace: Trace): void {
  const file = env['ORRERY_TRACE'];
  if (file) writeFileSync(file, `${trace.toText()}\n`);
}
