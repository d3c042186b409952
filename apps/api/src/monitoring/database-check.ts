import type { Clock, Log, Shard } from '@orrery/application';
import { type CheckResult, type HealthCheck, lookWithin } from './health-check.js';

/** Views that are further behind than this are told, in milliseconds: somebody holds a transaction open. */
const HORIZON_AGE_MAX_MS = 30_000;
/** One of several that has not answered within this is told as away, before the whole check is; in milliseconds. */
const ONE_WITHIN_MS = 1_500;

/** Whether the database answers. Of several some may be away: what is in the others is served all the same. */
export function databaseCheck({ log, clock }: { readonly log: Log; readonly clock: Clock }): HealthCheck {
  const { shards } = log;
  return { name: 'database', look: () => (shards ? lookAtAll(shards, clock) : lookAt(log)) };
}

/** A query that costs nothing tells whether it answers; its answer tells whether somebody holds views back. */
async function lookAt(log: Log): Promise<CheckResult> {
  const { ageMs } = await log.horizon();
  if (ageMs <= HORIZON_AGE_MAX_MS) return { status: 'ok' };
  return { status: 'degraded', reason: `a transaction open for ${Math.round(ageMs / 1000)} s holds views back` };
}

async function lookAtAll(shards: readonly Shard[], clock: Clock): Promise<CheckResult> {
  const looking = shards.map(async ({ name, log }) => ({
    name,
    ...(await lookWithin(() => lookAt(log), ONE_WITHIN_MS, clock)),
  }));
  const looked = await Promise.all(looking);
  const unwell = looked.filter(({ status }) => status !== 'ok');
  if (unwell.length === 0) return { status: 'ok' };
  const isServing = looked.some(({ status }) => status !== 'unhealthy');
  return {
    status: isServing ? 'degraded' : 'unhealthy',
    reason: unwell.map(({ name, reason }) => `${name}: ${reason}`).join('; '),
  };
}
