import type { Clock } from '@orrery/application';
import type { Pool } from 'pg';
import type { Replica, ReplicaState } from './replica.js';
import { LAG_MAX_MS } from './watch-replica.js';

/** What became of a read that a replica was asked for: `behind` had an answer that was not new enough. */
export type ReadOutcome = 'answered' | 'behind' | 'failed';

/** A question that a replica may answer, and the primary can. */
export interface Question<T> {
  readonly replica: (pool: Pool) => Promise<T>;
  readonly primary: () => Promise<T>;
  /** Whether an answer of a replica will do. */
  readonly isEnough: (answer: T) => boolean;
  /** How far behind a replica may be that is asked, as it was last seen. */
  readonly lagMaxMs?: number;
  /** How long it may take to come as far as it must, before the primary is asked. */
  readonly waitMs?: number;
}

/** How soon a replica that is behind is asked again, in milliseconds. */
const ASK_AGAIN_MS = 25;

/** The replicas of one database. Each question goes to one of them; what it lacks or cannot say, the primary says. */
export class Replicas {
  private turn = 0;

  constructor(
    private readonly replicas: readonly Replica[],
    private readonly clock: Clock,
    private readonly onRead: (replica: string, outcome: ReadOutcome) => void,
  ) {}

  /** How each of them is, by name. */
  get states(): ReadonlyMap<string, ReplicaState> {
    return new Map(this.replicas.map(({ name, state }) => [name, state]));
  }

  async ask<T>({ replica, primary, isEnough, lagMaxMs = LAG_MAX_MS, waitMs = 0 }: Question<T>): Promise<T> {
    const until = this.clock.now() + waitMs;
    for (let asked = this.choose(lagMaxMs); asked; asked = this.choose(lagMaxMs)) {
      const tried = await asked.try(replica);
      const outcome = !tried ? 'failed' : isEnough(tried.answer) ? 'answered' : 'behind';
      this.onRead(asked.name, outcome);
      if (outcome === 'answered') return tried!.answer;
      if (outcome === 'failed' || this.clock.now() >= until) break;
      await new Promise<void>((resolve) => void this.clock.after(ASK_AGAIN_MS, resolve));
    }
    return primary();
  }

  /** The least busy of those that may be read from; of several, each in its turn. */
  private choose(lagMaxMs: number): Replica | undefined {
    const able = this.replicas.filter(({ state }) => state.isUsed && state.lagMs! <= lagMaxMs);
    this.turn += 1;
    const inTurn = able.map((_, index) => able[(index + this.turn) % able.length]!);
    return inTurn.sort((a, b) => a.busy - b.busy)[0];
  }
}
