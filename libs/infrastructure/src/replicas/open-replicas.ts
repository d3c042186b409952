import type { Clock } from '@orrery/application';
import type { Registry } from 'prom-client';
import { createLookPool, createReplicaPool } from '../postgres/pools.js';
import { PrimaryCourse } from './primary-course.js';
import { ReplicaMetrics } from './replica-metrics.js';
import { Replica } from './replica.js';
import { Replicas } from './replicas.js';
import { WatchReplica } from './watch-replica.js';

export interface ReplicaOptions {
  readonly urls: readonly string[];
  /** The primary, which is looked at as well. */
  readonly databaseUrl: string;
  /** How many connections each has for reads. */
  readonly poolSize: number | undefined;
  readonly clock: Clock;
  readonly onWarning: (words: string) => void;
  readonly metrics: Registry | undefined;
}

/** How long reads that are under way are waited for at the end, in milliseconds. */
const CLOSE_WITHIN_MS = 2_000;

/** The replicas, looked at until they are closed. */
export interface OpenReplicas {
  readonly replicas: Replicas;
  close(): Promise<void>;
}

/** Begins to look at the replicas. Nobody waits for them: until one was seen to be well, the primary is read. */
export function openReplicas(options: ReplicaOptions): OpenReplicas {
  const { urls, databaseUrl, poolSize, clock, onWarning } = options;
  const course = new PrimaryCourse();
  const primary = createLookPool(databaseUrl);
  const opened = urls.map((url) => {
    const [read, look] = [createReplicaPool(url, poolSize), createLookPool(url)];
    const replica = new Replica(nameOf(url), read);
    const watch = new WatchReplica(replica, { primary, replica: look }, course, clock, onWarning);
    return { replica, watch, pools: [read, look] };
  });
  const all = opened.map(({ replica }) => replica);
  const replicas = new Replicas(all, clock, (replica, outcome) => metrics?.read(replica, outcome));
  const metrics = options.metrics && new ReplicaMetrics(options.metrics, () => replicas.states);
  for (const { watch } of opened) watch.start();
  const closed = async () => {
    await Promise.all([primary, ...opened.flatMap(({ pools }) => pools)].map((pool) => pool.end()));
  };
  return {
    replicas,
    async close() {
      for (const { watch } of opened) watch.stop();
      // A replica that has fallen silent is not waited for.
      await Promise.race([closed(), new Promise<void>((resolve) => void clock.after(CLOSE_WITHIN_MS, resolve))]);
    },
  };
}

/** Where it is, and nothing of who reads it. */
function nameOf(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || 5432}`;
}
