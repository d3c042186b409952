// npm run sim: runs seeds of the simulator, and tells what broke a promise. The last line is JSON.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  type Outcome,
  PLANTED_FAULTS,
  type Search,
  type SeedRange,
  type Swept,
  find,
  rangesLeft,
  simulate,
  sumOf,
  sweep,
} from '@orrery/testing';

const USAGE = `npm run sim -- --seed N [--until STEP]        one seed, told whole
npm run sim -- --from N --seeds K [--out F]    K seeds from N on; each range of 1,000 is appended to F, and not run again
npm run sim -- --planted [--seeds K]           every planted fault, until one of K seeds (1,500) tells of it`;

const SEEDS_END = 2 ** 32;

function refuse(why: string): never {
  console.error(`${why}\n${USAGE}`);
  process.exit(2);
}

function wholeNumber(name: string, said: string, least: number, most: number): number {
  const number = /^\d{1,16}$/.test(said) ? Number(said) : NaN;
  if (number >= least && number <= most) return number;
  return refuse(`--${name} must be a whole number from ${least} to ${most}, and is "${said}".`);
}

function tellViolations({ seed, violations }: Outcome): void {
  for (const { invariant, where, what } of violations) console.log(`seed ${seed}: ${invariant} ${where}: ${what}`);
}

async function one(seed: number, until: number | undefined): Promise<void> {
  const outcome = await simulate(seed, until);
  tellViolations(outcome);
  const { steps, violations, trace, runs, simulatedMs, faults } = outcome;
  console.log(JSON.stringify({ seed, steps, violations: violations.length, trace, runs, simulatedMs, faults }));
  process.exitCode = violations.length > 0 ? 1 : 0;
}

/** The ranges that a file tells of. A line that a killed run left half written goes. */
function rangesIn(file: string | undefined): Swept[] {
  if (!file || !existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) writeFileSync(file, whole);
  try {
    return whole
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Swept);
  } catch {
    return refuse(`--out ${file} has a line that is no range.`);
  }
}

async function many(wanted: SeedRange, out: string | undefined): Promise<void> {
  const done = rangesIn(out);
  for (const range of rangesLeft(wanted, done)) {
    const swept = await sweep(range, tellViolations);
    done.push(swept);
    if (out) appendFileSync(out, `${JSON.stringify(swept)}\n`);
  }
  const sum = sumOf(done);
  console.log(JSON.stringify(sum));
  process.exitCode = sum.violations > 0 ? 1 : 0;
}

async function planted(seedsMax: number): Promise<void> {
  const searches: Search[] = [];
  console.log('| fault | what does not hold | told by | found at seed | steps |\n|---|---|---|---|---|');
  for (const fault of PLANTED_FAULTS) {
    const search = await find(fault, seedsMax);
    searches.push(search);
    const { broken, foundAt = 'not found', steps } = search;
    console.log(`| ${fault.name} | ${fault.breaks} | ${broken.join(', ')} | ${foundAt} | ${steps} |`);
  }
  const found = searches.filter(({ foundAt }) => foundAt !== undefined).length;
  const [seeds, steps] = (['seeds', 'steps'] as const).map((what) =>
    searches.reduce((sum, each) => sum + each[what], 0),
  );
  console.log(JSON.stringify({ planted: searches.length, found, seedsMax, seeds, steps }));
  process.exitCode = found < searches.length ? 1 : 0;
}

function readOptions() {
  const text = { type: 'string' } as const;
  const options = {
    seed: text,
    until: text,
    from: text,
    seeds: text,
    out: text,
    planted: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

/** What only goes together with something else that was not said. */
function check(
  said: ReturnType<typeof readOptions>,
  mode: keyof ReturnType<typeof readOptions>,
  also: readonly string[],
) {
  const more = Object.keys(said).find((name) => name !== mode && !also.includes(name));
  if (more) refuse(`--${more} does not go with --${mode}.`);
}

const said = readOptions();
if (said.planted) {
  check(said, 'planted', ['seeds']);
  await planted(wholeNumber('seeds', said.seeds ?? '1500', 1, 10_000));
} else if (said.seed !== undefined) {
  check(said, 'seed', ['until']);
  const until = said.until && wholeNumber('until', said.until, 0, Number.MAX_SAFE_INTEGER);
  await one(wholeNumber('seed', said.seed, 0, SEEDS_END - 1), until || undefined);
} else {
  check(said, 'from', ['seeds', 'out']);
  const from = wholeNumber('from', said.from ?? '0', 0, SEEDS_END - 1);
  await many({ from, seeds: wholeNumber('seeds', said.seeds ?? '100', 1, SEEDS_END - from) }, said.out);
}
