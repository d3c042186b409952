import { Checkpoints, type Cursor, type Move, START } from '@orrery/application';
import type { Pool } from 'pg';
import { inDomainWords } from '../log/sql-errors.js';
import { onConnection } from '../postgres/on-connection.js';
import { loadCheckpoints, loadPassedByAll, moveCheckpoints } from './checkpoint-statements.js';

/** Checkpoints in the database that the followers write to. */
export class PostgresCheckpoints extends Checkpoints {
  constructor(private readonly pool: Pool) {
    super();
  }

  override async load(follower: string, partitions: readonly number[]): Promise<ReadonlyMap<number, Cursor>> {
    const found = await inDomainWords(loadCheckpoints(this.pool, follower, partitions));
    return new Map(partitions.map((partition) => [partition, found.get(partition) ?? START]));
  }

  override async passedByAll(partitions: readonly number[]): Promise<ReadonlyMap<number, Cursor>> {
    return inDomainWords(loadPassedByAll(this.pool, partitions));
  }

  override move(follower: string, moves: readonly Move[]): Promise<boolean> {
    return inDomainWords(this.moveAll(follower, moves));
  }

  private async moveAll(follower: string, moves: readonly Move[]): Promise<boolean> {
    if (moves.length === 0) return true;
    return onConnection(this.pool, async (client) => {
      await client.query('begin');
      const moved = await moveCheckpoints(client, follower, moves);
      await client.query(moved ? 'commit' : 'rollback');
      return moved;
    });
  }
}
