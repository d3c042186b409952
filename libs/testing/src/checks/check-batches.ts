import { type CheckpointMove, type Commit, type Cursor, START, isAfter } from '@orrery/application';
import type { WrittenBatch } from '../world/records.js';
import { Judge, type Violation } from './violation.js';

/** I4, I16: where the lists go on is where they have come to, and no commit that they passed was left out. */
export function checkBatches(
  committed: readonly Commit[],
  batches: readonly WrittenBatch[],
  violations: Violation[],
): void {
  const check = new Batches(committed, new Judge(violations, 'the lists'));
  for (const { moves, versions } of batches) for (const move of moves) check.see(move, versions);
  check.end();
}

class Batches {
  private readonly reached = new Map<number, Cursor>();
  /** By partition: what the lists have not come to yet. */
  private readonly ahead = new Map<number, Commit[]>();

  constructor(
    committed: readonly Commit[],
    private readonly judge: Judge,
  ) {
    for (const commit of committed) this.aheadIn(commit.partition).push(commit);
  }

  see({ partition, from, to }: CheckpointMove, versions: WrittenBatch['versions']): void {
    const before = this.reached.get(partition) ?? START;
    const goesOn = !isAfter(from, before) && !isAfter(before, from) && isAfter(to, from);
    const where = `partition ${partition}`;
    this.judge.must('I4', goesOn, () => `${where} moved from ${nameOf(from)}, and stood at ${nameOf(before)}`);
    this.reached.set(partition, to);
    const ahead = this.aheadIn(partition);
    const beyond = ahead.findIndex(({ cursor }) => isAfter(cursor, to));
    for (const { stream, lastVersion, cursor } of ahead.splice(0, beyond < 0 ? ahead.length : beyond)) {
      const isWritten = (versions.get(stream) ?? 0) >= lastVersion;
      this.judge.must('I16', isWritten, () => `${stream} at ${nameOf(cursor)} was passed, and not written`);
    }
  }

  end(): void {
    for (const { stream, cursor } of [...this.ahead.values()].flat())
      this.judge.must('I16', false, `${stream} at ${nameOf(cursor)} was never come to`);
  }

  private aheadIn(partition: number): Commit[] {
    let ahead = this.ahead.get(partition);
    if (!ahead) this.ahead.set(partition, (ahead = []));
    return ahead;
  }
}

function nameOf({ transactionId, position }: Cursor): string {
  return `${transactionId}/${position}`;
}
