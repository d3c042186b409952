import { type Keeping, LocalWorker, type TaskHandler } from '@orrery/application';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import {
  type HttpTaskOptions,
  type OpenOrchestration,
  type OrchestrationOptions,
  VERSION,
  httpTask,
  openDatabases,
  watchCircuits,
} from '@orrery/infrastructure';
import { atMost } from '@orrery/sdk/parts';
import { failureOfAttempt } from './handler.js';
import { type Database, type DatabaseOptions, openDatabase } from './open-database.js';

export interface EngineOptions extends DatabaseOptions {
  /** The name of the worker inside, in the events of its tasks. */
  readonly workerId: string;
  /** How many tasks it does at once. */
  readonly concurrency: number;
  /** How long tasks under way may take when it is closed, in milliseconds; what is left is done again by whoever is next. */
  readonly drainMs: number;
  /** Of the built-in type `http`; null does none of them. */
  readonly http: HttpTaskOptions | null;
  readonly keeping?: Partial<Keeping>;
  readonly partitions?: number;
  readonly observers?: OrchestrationOptions['observers'];
  readonly metrics?: OrchestrationOptions['metrics'];
  readonly pools?: OrchestrationOptions['pools'];
  readonly replicaUrls?: OrchestrationOptions['replicaUrls'];
  readonly redis?: OrchestrationOptions['redis'];
  readonly exchange?: OrchestrationOptions['exchange'];
  /** Told of bugs, and of what passes by itself and should be known. */
  readonly onError: (error: unknown) => void;
  /** Told of reports that came too late: another attempt is under way, or the run is over. */
  readonly onLateReport: (error: unknown) => void;
}

/** An engine at work, and a worker beside it. */
export interface OpenEngine extends Pick<OpenOrchestration, 'orchestration' | 'installation' | 'replicas'> {
  readonly worker: LocalWorker;
  readonly database: Database;
  /** Takes nothing new, and waits for what is under way, at most `drainMs`. Its closing does so first of all. */
  drain(): Promise<void>;
}

/** Opens an engine in this process: its database, what works in the background, and a worker beside it. */
export async function openEngine(options: EngineOptions): Promise<OpenEngine> {
  const { opened, keeping, partitions, observers, metrics, pools, replicaUrls, redis, exchange } = options;
  const { onError, onWarning } = options;
  const database = await openDatabase(options);
  const { databaseUrl, shards } = database;
  const where = { databaseUrl, shards, replicaUrls, partitions };
  const given = { keeping, observers, metrics, pools, redis, exchange, onError, onWarning };
  const { orchestration, installation, replicas, start } = await opened.add(
    () => openDatabases({ ...where, version: VERSION, ...given }),
    ({ close }) => close(),
  );
  await start();
  return { orchestration, installation, replicas, database, ...(await startWorker(options, orchestration)) };
}

async function startWorker(
  { opened, http, workerId, concurrency, drainMs, metrics, onWarning, onLateReport }: EngineOptions,
  { dispatcher, share }: OpenOrchestration['orchestration'],
): Promise<Pick<OpenEngine, 'worker' | 'drain'>> {
  const handlers = new Map<string, TaskHandler>();
  if (http) {
    const { handler } = await opened.add(
      () => httpTask({ ...http, listener: watchCircuits(onWarning, metrics) }),
      ({ close }) => close(),
    );
    handlers.set('http', handler);
  }
  const session = { workerId, namespace: DEFAULT_NAMESPACE, concurrency, failureOf: failureOfAttempt };
  const worker = new LocalWorker(dispatcher, handlers, session, onLateReport);
  let draining: Promise<void> | undefined;
  const drain = () => (draining ??= atMost(drainMs, worker.stop()).then(() => worker.abandon()));
  await opened.add(() => worker.start(), drain);
  share.serve(worker);
  return { worker, drain };
}
