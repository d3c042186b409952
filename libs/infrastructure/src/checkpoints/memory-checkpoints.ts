import { Checkpoints, type Cursor, type Move, START, isAfter } from '@orrery/application';

/** Checkpoints in memory: one for all processes that are simulated. */
export class MemoryCheckpoints extends Checkpoints {
  private readonly cursors = new Map<string, Cursor>();

  override async load(follower: string, partitions: readonly number[]): Promise<ReadonlyMap<number, Cursor>> {
    return new Map(partitions.map((partition) => [partition, this.at(follower, partition)]));
  }

  override async passedByAll(partitions: readonly number[]): Promise<ReadonlyMap<number, Cursor>> {
    const passed = new Map<number, Cursor>();
    for (const [name, cursor] of this.cursors) {
      const partition = Number(name.slice(name.lastIndexOf('/') + 1));
      const known = passed.get(partition);
      if (partitions.includes(partition) && (!known || isAfter(known, cursor))) passed.set(partition, cursor);
    }
    return passed;
  }

  override async move(follower: string, moves: readonly Move[]): Promise<boolean> {
    return this.moveNow(follower, moves);
  }

  /** The same without waiting, for a view in memory that writes its rows and moves in one go. */
  moveNow(follower: string, moves: readonly Move[]): boolean {
    const still = moves.every(({ partition, from }) => isSame(this.at(follower, partition), from));
    if (still) for (const { partition, to } of moves) this.cursors.set(`${follower}/${partition}`, to);
    return still;
  }

  /** Where a follower has come to. */
  at(follower: string, partition: number): Cursor {
    return this.cursors.get(`${follower}/${partition}`) ?? START;
  }
}

function isSame(a: Cursor, b: Cursor): boolean {
  return a.transactionId === b.transactionId && a.position === b.position;
}
