import { type SessionRow, WorkerSessions } from '@orrery/application';
import type { Namespace } from '@orrery/domain';
import { ofThoseThatAnswer } from './by-shard.js';

/**
 * The sessions of workers, which hold attempts of runs in any database: each knows of all of them, and what one of them
 * knows is enough for who takes over.
 */
export class ShardedWorkerSessions extends WorkerSessions {
  constructor(private readonly stores: readonly WorkerSessions[]) {
    super();
  }

  override async save(sessions: readonly SessionRow[]): Promise<void> {
    await Promise.all(this.stores.map((store) => store.save(sessions)));
  }

  override async seenSince(at: number): Promise<readonly SessionRow[]> {
    const answers = await ofThoseThatAnswer(this.stores.map((store) => store.seenSince(at)));
    const newest = new Map<string, SessionRow>();
    for (const row of answers.flat()) {
      const key = `${row.namespace}/${row.workerId}`;
      const known = newest.get(key);
      if (!known || known.lastSeenAt < row.lastSeenAt) newest.set(key, row);
    }
    return [...newest.values()];
  }

  override async remove(namespace: Namespace, workerId: string): Promise<void> {
    await Promise.all(this.stores.map((store) => store.remove(namespace, workerId)));
  }
}
