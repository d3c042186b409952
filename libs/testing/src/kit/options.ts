import { didYouMean, suggester } from '@orrery/domain';
import { type FaultChoice, type FaultName, chosenFaults } from './kit-faults.js';

/** How a test is simulated. */
export interface SimulationOptions {
  /** How many seeds are tried, from 0 on; 100 if it is not said. */
  readonly seeds?: number;
  /** The only seed to be tried: it repeats what happened. The environment's `ORRERY_SEED` does the same. */
  readonly seed?: number;
  /** What may go wrong: everything if it is not said, `'none'`, a list of some, or `{ crashes: false }` for all but some. */
  readonly faults?: FaultChoice;
}

export interface ReadOptions {
  readonly seeds: readonly number[];
  readonly faults: readonly FaultName[];
}

const NAMES = ['seeds', 'seed', 'faults'];
const SEED_MAX = 2 ** 32 - 1;

/** The options with what they leave unsaid. Throws a `TypeError` for what makes no sense. */
export function readOptions(options: SimulationOptions, said: string | undefined): ReadOptions {
  const suggest = suggester(NAMES);
  for (const name of Object.keys(options)) {
    if (!NAMES.includes(name)) throw new TypeError(`"${name}" is no option of simulate${didYouMean(suggest(name))}`);
  }
  const { seeds = 100, seed, faults = 'default' } = options;
  const chosen = chosenFaults(faults);
  if (said !== undefined)
    return { seeds: [wholeNumber('ORRERY_SEED', /^\d+$/.test(said) ? Number(said) : said, 0)], faults: chosen };
  if (seed !== undefined) return { seeds: [wholeNumber('seed', seed, 0)], faults: chosen };
  return { seeds: Array.from({ length: wholeNumber('seeds', seeds, 1) }, (_, index) => index), faults: chosen };
}

function wholeNumber(name: string, value: unknown, least: number): number {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= SEED_MAX) return Number(value);
  throw new TypeError(`${name} must be a whole number from ${least} to ${SEED_MAX}, and is ${String(value)}`);
}
