import type { OnCacheRead } from '@orrery/application';
import { Counter, type Registry } from 'prom-client';

/** Counts what the tiers of the cache make of the questions that come to them. */
export function cacheMetrics(registry: Registry): OnCacheRead {
  const reads = new Counter({
    name: 'orrery_cache_reads_total',
    help: 'What a tier of the cache made of a read of a run.',
    labelNames: ['tier', 'outcome'] as const,
    registers: [registry],
  });
  return (tier, outcome) => reads.inc({ tier, outcome });
}
