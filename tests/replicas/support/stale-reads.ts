import { PositionTokens } from '@orrery/application';
import { openOrchestration, openRedis } from '@orrery/infrastructure';
import type { ReplicatedDatabase } from '@orrery/infrastructure/testing';
import type { PrivateRedis } from '@orrery/infrastructure/testing/redis';
import { Registry } from 'prom-client';
import { Chance } from './chance.js';
import { type Disturbances, disturb, disturbRedis } from './disturb.js';
import { type Pairs, writeThenRead } from './write-then-read.js';

export interface StaleReadsPlan {
  readonly pairs: number;
  readonly writers: number;
  readonly seed: number;
  /** Whether the replicas are paused and killed meanwhile, and the Redis is emptied and made to hang. */
  readonly disturbed: boolean;
  /** What is in front of the replicas, if anything is. */
  readonly redis?: PrivateRedis;
}

export interface StaleReads extends Pairs, Disturbances {
  /** Reads that a replica was asked for, by what became of them. */
  readonly replicaReads: { readonly [outcome: string]: number };
  /** Reads that the tiers of the cache were asked for, by tier and outcome. */
  readonly cacheReads: { readonly [tierAndOutcome: string]: number };
  readonly ms: number;
}

/** Writes and reads over a primary and its replicas, and tells how many answers were too old. */
export async function staleReads(database: ReplicatedDatabase, plan: StaleReadsPlan): Promise<StaleReads> {
  const metrics = new Registry();
  const onError = (error: unknown) => console.error(error);
  const redis = plan.redis && openRedis({ url: plan.redis.url, onError: () => undefined });
  const open = await openOrchestration({
    databaseUrl: database.url,
    replicaUrls: database.standbys.map(({ url }) => url),
    version: 'test',
    metrics,
    redis,
    onError,
  });
  const { orchestration, installation } = open;
  const tokens = new PositionTokens(installation.epoch);
  let isOver = false;
  const startedAt = performance.now();
  try {
    await open.start();
    await database.caughtUp();
    await until(() => [...open.replicas().values()].every(({ isUsed }) => isUsed));
    const chance = new Chance(plan.seed);
    const disturbing = plan.disturbed
      ? database.standbys.map((standby) => disturb(standby, new Chance(chance.between(1, 1e9)), () => isOver))
      : [];
    const emptying =
      plan.redis && plan.disturbed ? disturbRedis(plan.redis, new Chance(plan.seed), () => isOver) : undefined;
    const working = writeThenRead({ orchestration, tokens, ...plan }).finally(() => (isOver = true));
    const [pairs, ...done] = await Promise.all([working, ...disturbing]);
    await emptying;
    return {
      ...pairs,
      pauses: sumOf(done, ({ pauses }) => pauses),
      kills: sumOf(done, ({ kills }) => kills),
      replicaReads: await readsBy(metrics, 'orrery_replica_reads_total', ['outcome']),
      cacheReads: await readsBy(metrics, 'orrery_cache_reads_total', ['tier', 'outcome']),
      ms: Math.round(performance.now() - startedAt),
    };
  } finally {
    await open.close();
    await redis?.close();
  }
}

type Sums = { readonly [labels: string]: number };

async function readsBy(metrics: Registry, name: string, by: readonly string[]): Promise<Sums> {
  const sum: { [labels: string]: number } = {};
  const { values = [] } = (await metrics.getSingleMetric(name)?.get()) ?? {};
  for (const { labels, value } of values) {
    const key = by.map((label) => labels[label]).join(' ');
    sum[key] = (sum[key] ?? 0) + value;
  }
  return sum;
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}
