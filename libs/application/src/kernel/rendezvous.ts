import { createHash } from 'node:crypto';

/**
 * The partitions that fall to an engine among those that live: each goes to whoever scores highest for it. Everybody
 * comes to the same result alone, and when one joins or leaves, only its own partitions change hands.
 */
export function shareOf(engine: string, live: readonly string[], partitions: number): Set<number> {
  const mine = new Set<number>();
  for (let partition = 0; partition < partitions; partition += 1) {
    const own = score(engine, partition);
    if (live.every((other) => other === engine || isBelow(other, score(other, partition), engine, own))) {
      mine.add(partition);
    }
  }
  return mine;
}

/** How much a name wants a partition. */
export function score(engine: string, partition: number): number {
  return createHash('sha256').update(`${engine}/${partition}`).digest().readUIntBE(0, 6);
}

function isBelow(other: string, otherScore: number, engine: string, ownScore: number): boolean {
  return otherScore === ownScore ? other < engine : otherScore < ownScore;
}
