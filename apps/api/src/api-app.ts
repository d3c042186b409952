import { NestFactory } from '@nestjs/core';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Clock, type EndingsParts, type Orchestration, PositionTokens, SeenWorkers } from '@orrery/application';
import { ReportResults } from '@orrery/contract';
import type { Logger, RateLimiter } from '@orrery/infrastructure';
import type { Tracer } from '@opentelemetry/api';
import type { Registry } from 'prom-client';
import { ApiModule, CONTROLLERS } from './api.module.js';
import { serveDocs } from './serve-docs.js';
import { CLIENT_PATH, CLIENT_PROTOCOL } from './contract/client-frames.js';
import { ROUTES } from './contract/routes.js';
import { STREAM_PATH, STREAM_PROTOCOL } from './contract/worker-frames.js';
import { GraphqlFace, type GraphqlFaceParts } from './graphql/serve-graphql.js';
import { answerErrors } from './http/answer-errors.js';
import { Bugs } from './http/bugs.js';
import { createServer } from './http/create-server.js';
import { InFlight } from './http/in-flight.js';
import { limitRequests } from './http/limit-requests.js';
import { LongPolls } from './http/long-polls.js';
import { mount } from './http/mount.js';
import { serveConsole } from './http/serve-console.js';
import { serveSockets } from './http/serve-sockets.js';
import { LiveFaces } from './live/live-faces.js';
import { logRequests } from './logging/log-requests.js';
import { NestLog } from './logging/nest-log.js';
import type { HealthCheck } from './monitoring/health-check.js';
import { Health } from './monitoring/health.js';
import { serveMetrics } from './monitoring/serve-metrics.js';
import { traceBuses } from './monitoring/trace-buses.js';
import { traceRequests } from './monitoring/trace-requests.js';
import { ClientStreams } from './orchestration/client-streams.js';
import { WorkerStreams } from './orchestration/worker-streams.js';
import { stopServing } from './stop-serving.js';

/** How the API is served. */
export interface ApiOptions {
  readonly host: string;
  /** 0 is any that is free. */
  readonly port: number;
  /** The origins whose pages may use the API; none, if not given. */
  readonly corsOrigins?: readonly string[];
  /** The proxies before it, addresses or networks, whose X-Forwarded-For says who the client is; none, if not given. */
  readonly trustedProxies?: readonly string[];
  /** Whether GraphQL tells its schema to whoever asks; it does, if nothing is given. */
  readonly introspection?: boolean;
  /** Where the console's files are, as its build left them; without it none is served. */
  readonly consoleDirectory?: string;
  /** How long it goes on serving after it began to stop, so that whoever balances load has noticed; in milliseconds. */
  readonly drainDelayMs?: number;
  /** Requests that take longer to end are cut off when it stops; in milliseconds. */
  readonly stopWithinMs?: number;
}

/** What the API is made of. */
export interface ApiParts {
  readonly orchestration: Orchestration;
  readonly options: ApiOptions;
  /** Which release this is. */
  readonly version: string;
  readonly logger: Logger;
  /** Looked at by `/readyz` and `/health`, besides the database and the engine. */
  readonly checks?: readonly HealthCheck[];
  /** What `/metrics` tells; its requests are counted there too. Without it there is no `/metrics`. */
  readonly metrics?: Registry;
  /** Counts the requests of each client, and says when there are too many; without it there may be any number. */
  readonly limiter?: RateLimiter;
  /** Where requests, commands and queries are told as spans. */
  readonly tracer?: Tracer;
}

/** The API, ready to listen. */
export interface Api {
  /** The Nest application behind it. */
  readonly app: NestFastifyApplication;
  /** Resolves with the URL at which it answers. Rejects with Node's error when the port cannot be had. */
  listen(): Promise<string>;
  /** Answers what is under way, lets workers and waiting clients go, and stops listening. */
  close(): Promise<void>;
}

/** Makes the API over an orchestration that lives in this process. */
export async function createApi(parts: ApiParts): Promise<Api> {
  const { orchestration, options, version, logger, checks = [], metrics, limiter, tracer } = parts;
  const { clock, documents, sessions, log } = orchestration.ports;
  const bugs = new Bugs(logger);
  const tokens = await PositionTokens.of(log);
  const health = new Health(orchestration, version, clock, checks);
  const workers = new SeenWorkers(sessions, clock, bugs.tell);
  const reports = new ReportResults(orchestration.dispatcher, bugs);
  const polls = new LongPolls();
  const taking = { dispatcher: orchestration.dispatcher, workers, reports, clock };
  const workerStreams = new WorkerStreams(taking, documents, bugs);

  const server = createServer(health, bugs, { idPrefix: processPrefix(clock), trustedProxies: options.trustedProxies });
  const inFlight = new InFlight();
  inFlight.watch(server.instance);
  answerErrors(server.instance, ROUTES, bugs);
  logRequests(server.instance, logger);
  if (metrics) serveMetrics(server.instance, metrics);
  if (tracer) traceRequests(server.instance, tracer);
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.of({ orchestration, tokens, health, workers, reports, bugs }),
    server.adapter,
    { logger: new NestLog(logger), abortOnError: false, bodyParser: false },
  );
  const origins = options.corsOrigins ?? [];
  if (origins.length > 0) app.enableCors(corsOf(origins));
  serveDocs(app, version);
  if (options.consoleDirectory !== undefined) await serveConsole(server.instance, options.consoleDirectory);
  const { ownership, partitions } = orchestration.ports;
  const queries = app.get(QueryBus, { strict: false });
  const commands = app.get(CommandBus, { strict: false });
  if (tracer) traceBuses({ commands, queries }, tracer);
  const asking = {
    commands,
    ask: queries.execute.bind(queries) as EndingsParts['ask'],
    endings: orchestration.endings,
    viewReader: orchestration.ports.viewReader,
  };
  const clientStreams = new ClientStreams({ ...asking, tokens, bugs, ownership, partitions, clock }, documents);
  const { live: feed } = orchestration;
  const live = new LiveFaces({ feed, clock, documents, bugs, registry: metrics });
  const graphql = graphqlOf({ commands, queries, tokens, feed, documents, bugs, clock }, options);
  const streams = [workerStreams, clientStreams, graphql, live];
  await server.instance.register(async (scope) => {
    const sockets = [
      { path: STREAM_PATH, protocol: STREAM_PROTOCOL, sessions: workerStreams },
      { path: CLIENT_PATH, protocol: CLIENT_PROTOCOL, sessions: clientStreams },
      live.socket,
      graphql.socket,
    ];
    const edge = { tokens, documents, polls };
    if (limiter) limitRequests(scope, limiter);
    await serveSockets(scope, sockets, origins);
    mount(
      scope,
      CONTROLLERS.map((controller) => app.get<object>(controller)),
      edge,
    );
    live.serve(scope, edge);
    graphql.serve(scope);
  });
  return {
    app,
    async listen() {
      await app.listen(options.port, options.host);
      health.phase = 'serving';
      return app.getUrl();
    },
    close: () => stopServing({ app, health, inFlight, polls, streams, clock, options }).then(() => workers.stop()),
  };
}

function graphqlOf(parts: Omit<GraphqlFaceParts, 'options'>, { introspection = true }: ApiOptions): GraphqlFace {
  return new GraphqlFace({ ...parts, options: { introspection } });
}

/** Request ids of two processes should not be the same. */
function processPrefix(clock: Clock): string {
  return `${process.pid.toString(36)}${clock.now().toString(36)}`;
}

function corsOf(origins: readonly string[]) {
  return {
    origin: [...origins],
    methods: ['GET', 'POST', 'DELETE', 'PUT'],
    allowedHeaders: [
      'Content-Type',
      'Idempotency-Key',
      'If-Match',
      'Orrery-Position',
      'X-Request-Id',
      'Traceparent',
      'Authorization',
      'Last-Event-ID',
    ],
    exposedHeaders: ['ETag', 'Orrery-Position', 'X-Request-Id', 'Retry-After', 'RateLimit', 'RateLimit-Policy'],
    maxAge: 600,
  };
}
