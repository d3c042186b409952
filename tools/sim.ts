// npm run sim: runs seeds of the simulator, and tells what broke a promise. The last line is JSON.
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Simulation, withTraps } from '@orrery/testing';

const USAGE = `npm run sim -- --seed N [--until STEP]        one seed, told whole
npm run sim -- --from N --seeds K [--out F]    K seeds from N on; each range is appended to F`;

interface Sum {
  steps: number;
  violations: number;
  simulatedMs: number;
  runs: number;
  readonly faults: Record<string, number>;
}

function wholeNumber(name: string, said: string | undefined, most = 2 ** 32 - 1): number | undefined {
  if (said === undefined) return undefined;
  if (/^\d{1,10}$/.test(said) && Number(said) <= most) return Number(said);
  console.error(`--${name} must be a whole number from 0 to ${most}, and is "${said}".\n${USAGE}`);
  return process.exit(2);
}

async function one(seed: number, until: number | undefined): Promise<void> {
  const outcome = await withTraps(() => new Simulation(seed).run(until));
  const { steps, violations, trace, faults, runs, simulatedMs } = outcome;
  for (const { invariant, where, what } of violations) console.log(`${invariant} ${where}: ${what}`);
  console.log(JSON.stringify({ seed, steps, violations: violations.length, trace, runs, simulatedMs, faults }));
  process.exitCode = violations.length > 0 ? 1 : 0;
}

async function many(from: number, seeds: number, out: string | undefined): Promise<void> {
  const sum: Sum = { steps: 0, violations: 0, simulatedMs: 0, runs: 0, faults: {} };
  let trace = '';
  for (let seed = from; seed < from + seeds; seed += 1) {
    const outcome = await withTraps(() => new Simulation(seed >>> 0).run());
    trace = outcome.trace;
    sum.steps += outcome.steps;
    sum.violations += outcome.violations.length;
    sum.simulatedMs += outcome.simulatedMs;
    sum.runs += outcome.runs;
    for (const [fault, times] of Object.entries(outcome.faults)) sum.faults[fault] = (sum.faults[fault] ?? 0) + times;
    for (const { invariant, where, what } of outcome.violations)
      console.log(`seed ${seed}: ${invariant} ${where}: ${what}`);
  }
  const line = JSON.stringify({ from, seeds, ...sum, trace });
  if (out) appendFileSync(out, `${line}\n`);
  console.log(line);
  process.exitCode = sum.violations > 0 ? 1 : 0;
}

function readOptions() {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ options: { seed: text, until: text, from: text, seeds: text, out: text } }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    return process.exit(2);
  }
}

const values = readOptions();
const seed = wholeNumber('seed', values.seed);
const from = wholeNumber('from', values.from) ?? 0;
const seeds = wholeNumber('seeds', values.seeds) ?? 100;
if (seed !== undefined) await one(seed, wholeNumber('until', values.until, Number.MAX_SAFE_INTEGER));
else await many(from, seeds, values.out);
