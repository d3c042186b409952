import { Counter, Gauge, type Registry } from 'prom-client';
import type { ReplicaState } from './replica.js';
import type { ReadOutcome } from './replicas.js';

/** Counts what is read from replicas, and tells how they are. */
export class ReplicaMetrics {
  private readonly reads: Counter<'replica' | 'outcome'>;

  constructor(registry: Registry, states: () => ReadonlyMap<string, ReplicaState>) {
    const registers = [registry];
    const gauge = (name: string, help: string, figure: (state: ReplicaState) => number) => {
      const collect = () => {
        for (const [replica, state] of states()) each.set({ replica }, figure(state));
      };
      const each: Gauge<'replica'> = new Gauge({ name, help, labelNames: ['replica'], registers, collect });
    };
    const lag = 'Age of the oldest thing that a replica lacks; not a number while nobody can tell.';
    gauge('orrery_replica_lag_seconds', lag, ({ lagMs }) => (lagMs ?? NaN) / 1_000);
    gauge('orrery_replica_used', 'Whether a replica is read from: 1 or 0.', ({ isUsed }) => Number(isUsed));
    const reads = { name: 'orrery_replica_reads_total', help: 'What became of reads from a replica.' };
    this.reads = new Counter({ ...reads, labelNames: ['replica', 'outcome'], registers });
  }

  read(replica: string, outcome: ReadOutcome): void {
    this.reads.inc({ replica, outcome });
  }
}
