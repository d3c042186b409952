import type { Orchestration, Position, PositionTokens } from '@orrery/application';
import { Unavailable } from '@orrery/domain';
import { Chance } from './chance.js';
import { READS, versionRead } from './reads.js';
import { WrittenRun } from './written-run.js';

/** What came of many pairs of a write and a read that was told of it. */
export interface Pairs {
  pairs: number;
  /** Answers that were older than what had been written. They are told one by one. */
  stale: number;
  /** Reads that were refused, because nobody had come so far in time. */
  refused: number;
  readonly refusals: { [readAndCode: string]: number };
  readonly byRead: { [read: string]: number };
  readonly told: string[];
}

export interface PairsPlan {
  readonly orchestration: Orchestration;
  readonly tokens: PositionTokens;
  readonly pairs: number;
  /** How many write and read at once. */
  readonly writers: number;
  readonly seed: number;
}

/** Of so many reads one is of a list, which waits until the views have come so far. */
const LIST_SHARE = 0.2;

/** Writes, and then reads what was written, by the position that the write was answered with. */
export async function writeThenRead({ orchestration, tokens, pairs, writers, seed }: PairsPlan): Promise<Pairs> {
  const chance = new Chance(seed);
  const sum: Pairs = { pairs: 0, stale: 0, refused: 0, refusals: {}, byRead: {}, told: [] };
  let begun = 0;
  let before: Position | undefined;
  const writer = async () => {
    const run = new WrittenRun(orchestration, chance);
    while (begun < pairs) {
      begun += 1;
      const written = await run.write();
      // Now and then the token is one for several writes, which names no run.
      const covers = before && chance.next() < 0.3 ? [before, written] : [written];
      before = written;
      await readBack(written, tokens.writeAll(covers));
    }
  };
  const readBack = async (written: Position, token: string) => {
    const name = chance.next() < LIST_SHARE ? 'list' : chance.pick(['page', 'result', 'events', 'one of many']);
    sum.pairs += 1;
    sum.byRead[name] = (sum.byRead[name] ?? 0) + 1;
    try {
      const version = await versionRead(READS[name]!(orchestration, written, tokens.read(token)));
      if (version >= written.version) return;
      sum.stale += 1;
      sum.told.push(`${name} of ${written.stream}: version ${version}, and ${written.version} was written`);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      sum.refused += 1;
      const refusal = `${name} ${error.code}`;
      sum.refusals[refusal] = (sum.refusals[refusal] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
  return sum;
}
