// What the benchmarks share of a command line: options of whole numbers or of words, and one JSON object as the last line.
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';

/** Reads options by what they are if they are not said: a whole number, or the first of some words. Ends with 2 if it cannot. */
export function readOptions(script, defaults) {
  const usage = Object.entries(defaults).map(([name, value]) => `[--${name} ${[value].flat().join('|')}]`);
  try {
    const options = Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: 'string' }]));
    const { values } = parseArgs({ options });
    return Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, read(name, value, values[name])]));
  } catch (error) {
    console.error(`${error.message}\nnpm run ${script} -- ${usage.join(' ')}`);
    return process.exit(2);
  }
}

function read(name, unsaid, said) {
  if (said === undefined) return Array.isArray(unsaid) ? unsaid[0] : unsaid;
  if (Array.isArray(unsaid)) {
    if (unsaid.includes(said)) return said;
    throw new Error(`--${name} must be ${unsaid.join(' or ')}, and is "${said}".`);
  }
  if (/^[1-9]\d{0,8}$/.test(said)) return Number(said);
  throw new Error(`--${name} must be a whole number from 1, and is "${said}".`);
}

/** How busy the machine was when the benchmark began: others' work makes figures worse. */
const machine = { cores: availableParallelism(), node: process.versions.node, loadAverage: round(loadavg()[0]) };

/** Prints the last line. What misses its target fails. */
export function report(benchmark, { ok, ...figures }) {
  console.log(JSON.stringify({ benchmark, ok, ...figures, machine }));
  process.exitCode = ok ? 0 : 1;
}

export function round(value, digits = 2) {
  return Number(value.toFixed(digits));
}

/** Of an even number of values, what lies between the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const [lower, upper] = [(sorted.length - 1) >> 1, sorted.length >> 1];
  return round((sorted[lower] + sorted[upper]) / 2, 3);
}

export function quantile(values, share) {
  return [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))];
}
