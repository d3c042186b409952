import type { ReplicaState } from '@orrery/infrastructure';
import type { CheckResult, HealthCheck } from './health-check.js';

/** A look at each replica. Without one the primary answers, so that none makes the process unhealthy. */
export function replicaChecks(states: () => ReadonlyMap<string, ReplicaState>): readonly HealthCheck[] {
  return [...states().keys()].map((name) => ({
    name: `replica ${name}`,
    look: () => resultOf(states().get(name)!),
  }));
}

function resultOf({ isUsed, lagMs, reason }: ReplicaState): CheckResult {
  const lag = lagMs === null ? {} : { lag_seconds: lagMs / 1_000 };
  if (isUsed) return { status: 'ok', ...lag };
  return { status: 'degraded', reason: `${reason}; it is not read from`, ...lag };
}
