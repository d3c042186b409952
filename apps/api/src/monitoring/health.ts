import type { Clock, Orchestration } from '@orrery/application';
import { databaseCheck } from './database-check.js';
import { type CheckResult, type HealthCheck, type State, lookWithin } from './health-check.js';

/** A check that takes longer has its answer, in milliseconds. */
const LOOK_WITHIN_MS = 2_000;

/** How the process and what it needs are. */
export class Health {
  private readonly startedAt: number;
  private readonly checks: readonly HealthCheck[];
  /** How many requests came. */
  requests = 0;
  /** Whether it has begun, and whether it has begun to stop. */
  phase: 'starting' | 'serving' | 'stopping' = 'starting';

  constructor(
    private readonly orchestration: Orchestration,
    private readonly version: string,
    private readonly clock: Clock,
    more: readonly HealthCheck[],
  ) {
    this.startedAt = clock.now();
    this.checks = [databaseCheck(orchestration.ports), engine(orchestration), ...more];
  }

  get started(): boolean {
    return this.phase !== 'starting';
  }

  /** Whether requests should come here, and what was looked at to know. */
  async readiness(): Promise<{ readonly status: State; readonly checks: { readonly [name: string]: CheckResult } }> {
    const checks = await this.look();
    if (this.phase !== 'serving')
      return { status: 'unhealthy', checks: { ...checks, server: { status: 'unhealthy', reason: this.phase } } };
    return { status: worst(checks), checks };
  }

  async report() {
    const checks = await this.look();
    const { dispatcher, ports } = this.orchestration;
    const now = this.clock.now();
    return {
      status: worst(checks),
      timestamp: new Date(now).toISOString(),
      version: this.version,
      checks: { ...checks, version: this.version },
      components: {
        database: checks['database']!.status,
        lock_manager: checks['engine']!.status,
        monitor: 'ok',
        security: 'ok',
      },
      metrics: {
        uptime_seconds: (now - this.startedAt) / 1000,
        total_requests: this.requests,
        active_tasks: dispatcher.leases.size,
        active_locks: ports.ownership.owned().size,
      },
    };
  }

  private async look(): Promise<{ readonly [name: string]: CheckResult }> {
    const looked = this.checks.map(
      async (check) => [check.name, await lookWithin(() => check.look(), LOOK_WITHIN_MS, this.clock)] as const,
    );
    return Object.fromEntries(await Promise.all(looked));
  }
}

function worst(checks: { readonly [name: string]: CheckResult }): State {
  const states = Object.values(checks).map(({ status }) => status);
  return states.find((state) => state === 'unhealthy') ?? states.find((state) => state === 'degraded') ?? 'ok';
}

/** Without the partitions' locks an engine still takes commands, but hands out nothing. An API alone has none to lose. */
function engine({ engine, ports: { ownership } }: Orchestration): HealthCheck {
  return {
    name: 'engine',
    look() {
      if (!engine.isAtWork || ownership.trusted()) return { status: 'ok' };
      return { status: 'degraded', reason: 'the session that holds the partitions has not answered for a while' };
    },
  };
}
