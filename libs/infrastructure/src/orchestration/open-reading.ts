import { CachedStreams, type Orchestration, type OrchestrationPorts, type StreamReader } from '@orrery/application';
import type { Registry } from 'prom-client';
import type { Installation } from '../log/installation.js';
import type { PoolSizes } from '../postgres/pools.js';
import { cacheMetrics } from '../redis/cache-metrics.js';
import type { OpenRedis } from '../redis/open-redis.js';
import { openReplicas } from '../replicas/open-replicas.js';
import { ReplicaStreams } from '../replicas/replica-streams.js';
import type { ReplicaState } from '../replicas/replica.js';
import { ReplicatedViewReader } from '../replicas/replicated-view-reader.js';

/** What stands in front of the primary. */
export interface ReadingOptions {
  /** The primary, which is looked at as well as its replicas. Several databases have none. */
  readonly databaseUrl?: string;
  readonly replicaUrls?: readonly string[];
  readonly pools?: Partial<PoolSizes>;
  readonly redis?: OpenRedis;
  readonly onWarning?: (words: string) => void;
  readonly metrics?: Registry;
}

/** Where queries are answered: by the primary, or by replicas and a cache in front of it. */
export interface Reading {
  readonly ports: Partial<Pick<OrchestrationPorts, 'copies' | 'viewReader'>>;
  states(): ReadonlyMap<string, ReplicaState>;
  /** Hears of what this process commits. */
  follow(orchestration: Orchestration): void;
  close(): Promise<void>;
}

type Primary = Pick<OrchestrationPorts, 'log' | 'viewReader' | 'clock'>;

/** What a replica may lack of what is kept after it was read from there, in milliseconds. See decisions/0017. */
const KEPT_LAG_MAX_MS = 1_000;

export function openReading(options: ReadingOptions, primary: Primary, installation: Installation): Reading {
  const { replicaUrls: urls = [], databaseUrl, pools, onWarning = () => undefined, metrics, redis } = options;
  const { log, viewReader, clock } = primary;
  const opened =
    databaseUrl === undefined
      ? undefined
      : openReplicas({ urls, databaseUrl, poolSize: pools?.query, clock, onWarning, metrics });
  const replicated =
    !opened || urls.length === 0
      ? {}
      : {
          copies: new ReplicaStreams(opened.replicas, log, redis && KEPT_LAG_MAX_MS),
          viewReader: new ReplicatedViewReader(opened.replicas, viewReader),
        };
  const reading = {
    ports: replicated,
    states: () => opened?.replicas.states ?? new Map<string, ReplicaState>(),
    follow: () => undefined,
    close: async () => opened?.close(),
  };
  if (!redis) return reading;
  const cached = cachedStreams(replicated.copies ?? log, { ...options, redis }, clock, installation);
  return {
    ...reading,
    ports: { ...replicated, copies: cached },
    follow({ kernel }) {
      kernel.handle.onCommitted(({ key, committed }, events) => cached.committed(key, committed, events));
    },
  };
}

function cachedStreams(
  source: StreamReader,
  { redis, metrics }: ReadingOptions & { readonly redis: OpenRedis },
  clock: Primary['clock'],
  installation: Installation,
): CachedStreams {
  return new CachedStreams(source, redis.streamCache(installation), clock, metrics && cacheMetrics(metrics));
}
