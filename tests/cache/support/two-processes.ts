import { ANONYMOUS, GetWorkflow, NOTHING_KNOWN, type Position, knownOf } from '@orrery/application';
import { NotFound, Gone, type StreamId } from '@orrery/domain';
import { type OpenOrchestration, type OpenRedis, openOrchestration, openRedis } from '@orrery/infrastructure';
import { Registry } from 'prom-client';
import { until } from '../../e2e/support/until.js';

/** How long Redis may take to answer on a busy machine, in milliseconds. */
const BUSY_MS = 300;

/** A process over a database and a Redis. */
export interface CachedProcess extends OpenOrchestration {
  readonly redis: OpenRedis;
  readonly errors: unknown[];
  /** How often a tier had this outcome. */
  reads(tier: string, outcome: string): Promise<number>;
  /** Asks for a run, as who knows of this much of it or of nothing. */
  ask(
    id: string,
    known?: Position,
  ): Promise<{ readonly status: string; readonly version: number } | 'deleted' | 'none'>;
}

export async function openCached(databaseUrl: string, redisUrl: string): Promise<CachedProcess> {
  const metrics = new Registry();
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const redis = openRedis({ url: redisUrl, answerWithinMs: BUSY_MS, metrics, onError });
  await until(async () => redis.trouble() === undefined);
  const open = await openOrchestration({ databaseUrl, redis, metrics, version: 'test', onError });
  const { getWorkflow } = open.orchestration.queryHandlers;
  return {
    ...open,
    redis,
    errors,
    async reads(tier, outcome) {
      const { values } = await metrics.getSingleMetric('orrery_cache_reads_total')!.get();
      return values.find(({ labels }) => labels['tier'] === tier && labels['outcome'] === outcome)?.value ?? 0;
    },
    ask(id, position) {
      const known = position ? knownOf({ token: '', places: [position], run: position }, id) : NOTHING_KNOWN;
      const query = new GetWorkflow(ANONYMOUS, id as StreamId, undefined, undefined, known);
      return getWorkflow.execute(query).catch((error: unknown) => {
        if (error instanceof Gone) return 'deleted' as const;
        if (error instanceof NotFound) return 'none' as const;
        throw error;
      });
    },
    async close() {
      await open.close();
      await redis.close();
    },
  };
}
