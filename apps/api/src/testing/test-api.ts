import { AllowEverything, type Orchestration, type OrchestrationPorts } from '@orrery/application';
import {
  EngineMetrics,
  MemoryCheckpoints,
  MemoryDefinitionContents,
  MemoryLog,
  MemoryLogStore,
  MemoryOwnership,
  MemorySnapshots,
  MemoryViews,
  MemoryTaskOffers,
  MemoryWorkerSessions,
  type RateLimiter,
  SystemClock,
  SystemEntropy,
  AjvInputSchemas,
  TextDocumentReader,
  TraceRuns,
  assembleObserved,
} from '@orrery/infrastructure';
import type { Tracer } from '@opentelemetry/api';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import type { Registry } from 'prom-client';
import { type Api, type ApiOptions, createApi } from '../api-app.js';
import type { HealthCheck } from '../monitoring/health-check.js';

type Answer = Promise<LightMyRequestResponse>;
type Headers = Readonly<Record<string, string>>;

/** The API over memory, and what specs ask of it. */
export interface TestApi {
  readonly api: Api;
  readonly log: MemoryLog;
  readonly sessions: MemoryWorkerSessions;
  readonly ownership: MemoryOwnership;
  readonly orchestration: Orchestration;
  /** The lines that were logged, at any level. */
  readonly logged: Record<string, unknown>[];
  ask(options: InjectOptions): Answer;
  get(path: string, headers?: Headers): Answer;
  post(path: string, body?: unknown, headers?: Headers): Answer;
  delete(path: string, headers?: Headers): Answer;
  /** Starts a run of a definition, and takes its first task of a type. */
  takeTask(definition: object, type: string): Promise<TakenTask>;
  close(): Promise<void>;
}

export interface TakenTask {
  readonly id: string;
  readonly workflowId: string;
  readonly leaseToken: string;
  readonly attempt: number;
  readonly input: unknown;
}

/** What a spec may want otherwise. */
export interface TestApiOptions {
  readonly options?: Partial<ApiOptions>;
  readonly checks?: readonly HealthCheck[];
  readonly ports?: Partial<OrchestrationPorts>;
  readonly metrics?: Registry;
  readonly limiter?: RateLimiter;
  readonly tracer?: Tracer;
}

const PARTITIONS = 4;

export async function openTestApi({
  options,
  checks,
  ports,
  metrics,
  limiter,
  tracer,
}: TestApiOptions = {}): Promise<TestApi> {
  const logged: Record<string, unknown>[] = [];
  const memory = openMemory({ ports, metrics, tracer }, (error) => void logged.push({ level: 50, error }));
  await memory.orchestration.engine.start();
  const api = await createApi({
    orchestration: memory.orchestration,
    version: '0.0.0-test',
    logger: pino({ level: 'trace' }, { write: (line: string) => void logged.push(JSON.parse(line)) }),
    checks,
    metrics,
    limiter,
    tracer,
    options: { host: '127.0.0.1', port: 0, ...options },
  });
  await api.app.init();
  await api.app.getHttpAdapter().getInstance().ready();
  const ask = (request: InjectOptions) => api.app.inject(request) as unknown as Answer;
  const post = (path: string, body?: unknown, headers: Headers = {}) => {
    const payload = body === undefined ? {} : { payload: body as object };
    return ask({ method: 'POST', url: `/api/v1${path}`, headers: { ...headers }, ...payload });
  };
  return {
    api,
    logged,
    ...memory,
    ask,
    get: (path, headers = {}) => ask({ method: 'GET', url: `/api/v1${path}`, headers: { ...headers } }),
    post,
    delete: (path, headers = {}) => ask({ method: 'DELETE', url: `/api/v1${path}`, headers: { ...headers } }),
    async takeTask(definition, type) {
      const started = await post('/workflows', { definition });
      if (started.statusCode !== 201) throw new Error(started.body);
      const polled = await post('/tasks/poll', { workerId: 'spec', types: [type], waitMs: 5_000 });
      return polled.json<{ tasks: [TakenTask] }>().tasks[0];
    },
    async close() {
      await api.close();
      await memory.orchestration.engine.stop();
    },
  };
}

function openMemory({ ports: more, metrics, tracer }: TestApiOptions, onError: (error: unknown) => void) {
  const clock = more?.clock ?? new SystemClock();
  const log = new MemoryLog(new MemoryLogStore(clock));
  const checkpoints = new MemoryCheckpoints();
  const views = new MemoryViews(checkpoints);
  const sessions = new MemoryWorkerSessions();
  const ownership = new MemoryOwnership(PARTITIONS);
  const ports = {
    log,
    checkpoints,
    snapshots: new MemorySnapshots(),
    viewWriter: views,
    viewReader: views,
    contents: new MemoryDefinitionContents(),
    sessions,
    offers: new MemoryTaskOffers(),
    documents: new TextDocumentReader(),
    inputSchemas: new AjvInputSchemas(),
    ownership,
    authorize: new AllowEverything(),
    clock,
    entropy: new SystemEntropy(),
    partitions: PARTITIONS,
    onError,
    ...more,
  };
  const orchestration = assembleObserved(ports, [
    ...(metrics ? [new EngineMetrics(metrics, clock)] : []),
    ...(tracer ? [new TraceRuns(tracer, clock)] : []),
  ]);
  return { log, sessions, ownership, orchestration };
}
