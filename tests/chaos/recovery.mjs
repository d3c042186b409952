import { BY_BROKER } from './broker-client.mjs';

/**
 * By when what a fault had disturbed must be well again, by row, in milliseconds. `first` is from the end of the fault
 * to the first success of something that began after it; `all` is until the last of what it had caught is done, too:
 * a lease of 15 s, and 5 s more.
 */
export const budgets = {
  1: { first: 10_000, all: 20_000 },
  2: { first: 10_000 },
  3: { first: 10_400 },
  4: { first: 5_000 },
  5: { first: 10_000, all: 20_000 },
  7: { first: 10_000 },
  9: { first: 5_000 },
  11: { first: 10_000 },
  13: { first: 5_000 },
  15: { first: 10_000 },
};

/** Rows that leave commands alone: each is answered at once, and at the first try. */
const HARMLESS = new Set([3, 4, 9, 13]);
const ANSWER_MS = 5_000;

/** What struck just before may still be at work. */
const AFTERMATH_MS = 5_000;

/** Whether nothing else struck from when a fault began until it was recovered from. */
function isAlone(record, records) {
  const until = record.endedAt + (record.firstMs ?? Infinity);
  const meets = (other) => other.startedAt < until && other.endedAt + AFTERMATH_MS > record.startedAt;
  return records.every((other) => other === record || !meets(other));
}

/** How long recovery took, from short runs that began all the time: `{ askedAt, endedAt }`. */
export function measureRecovery(records, probes) {
  for (const record of records) {
    const { startedAt, endedAt } = record;
    const after = probes.filter((probe) => probe.askedAt >= endedAt && probe.endedAt);
    const caught = probes.filter((probe) => probe.askedAt < endedAt && probe.endedAt > startedAt);
    const last = (list, pick) =>
      list.reduce((so, probe) => pick(so, probe.endedAt), pick === Math.min ? Infinity : endedAt);
    record.firstMs = after.length > 0 ? last(after, Math.min) - endedAt : undefined;
    record.allMs = last(caught, Math.max) - endedAt;
  }
  for (const record of records) record.alone = isAlone(record, records);
}

/** What took longer than it may. Of faults that others overlapped nothing is said: whose fault would it be? */
export function checkRecovery(records, intents, violations) {
  for (const record of records.filter(({ alone }) => alone)) {
    const { row, name, target, firstMs, allMs, complaints } = record;
    const { first, all = Infinity } = budgets[row];
    const at = `${name} (row ${row}, ${target})`;
    if (!(firstMs <= first)) violations.push(`${at}: the first success came after ${firstMs} ms, of ${first}`);
    if (allMs > all) violations.push(`${at}: what was caught in it was done after ${allMs} ms, of ${all}`);
    violations.push(...complaints.map((words) => `row ${row}, ${words}`));
    if (HARMLESS.has(row)) checkAnswers(record, intents, (words) => violations.push(`${at}: ${words}`));
  }
}

function checkAnswers({ startedAt, endedAt }, intents, complain) {
  for (const { operation, key, at, tookMs, unknown } of intents.filter(({ path }) => path !== BY_BROKER)) {
    const isSlow = !(tookMs <= ANSWER_MS) || unknown > 0;
    if (at >= startedAt && at < endedAt && isSlow) complain(`${operation} ${key} was answered after ${tookMs} ms`);
  }
}

/** For people and programs: of each row how many faults there were, and how long recovery took. */
export function summary(records) {
  const rows = {};
  for (const row of new Set(records.map((record) => record.row)).values()) {
    const of = records.filter((record) => record.row === row);
    const alone = of.filter(({ alone }) => alone);
    rows[row] = { faults: of.length, alone: alone.length, ...spread('first', alone), ...spread('all', alone) };
  }
  return rows;
}

function spread(what, records) {
  const sorted = records.map((record) => record[`${what}Ms`]).sort((a, b) => a - b);
  if (sorted.length === 0) return {};
  return { [`${what}MedianMs`]: sorted[Math.floor(sorted.length / 2)], [`${what}MaxMs`]: sorted.at(-1) };
}
