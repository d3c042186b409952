import type { ViewBatch } from '@orrery/application';
import { Counter, Histogram, type Registry } from 'prom-client';

const ROWS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000];
const COMMIT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const VISIBLE_SECONDS = [0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30, 60];

/** Measures what goes to the database: statements of the log, batches of the lists, and which partitions are owned. */
export class PortMetrics {
  private readonly rows: Histogram;
  private readonly commitSeconds: Histogram;
  private readonly visibleSeconds: Histogram;
  private readonly moves: Counter<'direction'>;
  private owned: ReadonlySet<number> = new Set();

  constructor(registry: Registry) {
    const registers = [registry];
    const rows = { name: 'orrery_commit_rows', help: 'Streams that one statement wrote to the log.' };
    this.rows = new Histogram({ ...rows, buckets: ROWS, registers });
    const commits = { name: 'orrery_commit_seconds', help: 'From sending a statement of the log to its answer.' };
    this.commitSeconds = new Histogram({ ...commits, buckets: COMMIT_SECONDS, registers });
    const visible = {
      name: 'orrery_create_to_visible_seconds',
      help: 'From the start of a run to its place in lists.',
    };
    this.visibleSeconds = new Histogram({ ...visible, buckets: VISIBLE_SECONDS, registers });
    const moves = { name: 'orrery_partition_moves_total', help: 'Partitions that this process took, or lost.' };
    this.moves = new Counter({ ...moves, labelNames: ['direction'], registers });
  }

  appended(rows: number, tookMs: number): void {
    this.rows.observe(rows);
    this.commitSeconds.observe(tookMs / 1_000);
  }

  written({ runs }: ViewBatch, now: number): void {
    for (const { started } of runs) if (started) this.visibleSeconds.observe((now - started.startedAt) / 1_000);
  }

  owns(partitions: ReadonlySet<number>): void {
    this.moves.inc({ direction: 'taken' }, missingFrom(this.owned, partitions));
    this.moves.inc({ direction: 'lost' }, missingFrom(partitions, this.owned));
    this.owned = new Set(partitions);
  }
}

function missingFrom(some: ReadonlySet<number>, others: ReadonlySet<number>): number {
  return [...others].filter((each) => !some.has(each)).length;
}
