import { OrreryError, Unavailable } from '@orrery/domain';
import type { Pool } from 'pg';
import { asDomainError } from '../log/sql-errors.js';

/** How a replica is, as far as it was seen. */
export interface ReplicaState {
  readonly isUsed: boolean;
  /** Null when nobody can tell. */
  readonly lagMs: number | null;
  /** Why it is not used. */
  readonly reason?: string;
}

/** What came of a read: an answer, or nothing, for which the primary has to be asked. */
export type Tried<T> = { readonly answer: T } | undefined;

/** Its query ran out of time, which it would do elsewhere too. */
const TOOK_TOO_LONG = '57014';

/** What the pool says when all of its connections were busy for too long. That says nothing of the replica. */
const POOL_BUSY = 'timeout exceeded when trying to connect';

/** A copy of the database that may be read from: at the moment, or not. */
export class Replica {
  private current: ReplicaState = { isUsed: false, lagMs: null, reason: 'it has not been seen yet' };
  private readonly giveUps = new Set<() => void>();
  /** Told when a read has failed because it cannot be reached. */
  onLost: () => void = () => undefined;

  /** `name` is for people, without secrets. */
  constructor(
    readonly name: string,
    private readonly pool: Pool,
  ) {}

  get state(): ReplicaState {
    return this.current;
  }

  /** How many reads are under way. */
  get busy(): number {
    return this.giveUps.size;
  }

  /** From now on it is like this. Whoever waits for one that is not used any more need not wait longer. */
  becomes(state: ReplicaState): void {
    this.current = state;
    if (!state.isUsed) for (const giveUp of [...this.giveUps]) giveUp();
  }

  /** Reads from it. Throws what is the question's own fault; whatever else goes wrong is no answer. */
  async try<T>(ask: (pool: Pool) => Promise<T>): Promise<Tried<T>> {
    let giveUp = () => undefined as void;
    const lost = new Promise<undefined>((resolve) => (giveUp = () => resolve(undefined)));
    this.giveUps.add(giveUp);
    const asked = ask(this.pool).then(
      (answer) => ({ answer }),
      (error: unknown) => this.failed(asDomainError(error)),
    );
    return Promise.race([asked, lost]).finally(() => this.giveUps.delete(giveUp));
  }

  private failed(error: unknown): undefined {
    if (error instanceof OrreryError && !(error instanceof Unavailable)) throw error;
    const { code, details, cause } = error as Partial<Unavailable>;
    if (details?.['sqlState'] === TOOK_TOO_LONG) throw error;
    const isBusy = (cause as Error | undefined)?.message === POOL_BUSY;
    if (code === 'log.unreachable' && this.current.isUsed && !isBusy) {
      this.becomes({ isUsed: false, lagMs: null, reason: 'it cannot be reached' });
      this.onLost();
    }
    return undefined;
  }
}
