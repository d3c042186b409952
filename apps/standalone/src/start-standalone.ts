import { createApi } from '@orrery/api';
import { LocalWorker, type Orchestration, type TaskHandler } from '@orrery/application';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import {
  type Logger,
  VERSION,
  claimDataDirectory,
  describeError,
  httpTask,
  logErrors,
  openEmbeddedPostgres,
  openOrchestration,
} from '@orrery/infrastructure';
import type { Config } from './config.js';
import { demoHandlers } from './demo-handlers.js';
import type { Greeting } from './greeting.js';
import type { Opened } from './opened.js';
import { assertPortFree, portError } from './port.js';

/** How many tasks the worker inside does at once. */
const SLOTS = 100;
/** How long attempts under way may take after the word to stop; what is left is done again at the next start. */
const FINISH_MS = 10_000;

/** A server that answers. */
export interface Standalone {
  readonly orchestration: Orchestration;
  readonly greeting: Greeting;
}

export interface StandaloneParts {
  readonly config: Config;
  readonly logger: Logger;
  /** Remembers what is to be closed at the end, and in which order. */
  readonly opened: Opened;
  /** Whether the examples' tasks are done here. */
  readonly demos: boolean;
}

/** Starts everything in one process: the database and its schema, what works in the background, then the server. */
export async function startStandalone(parts: StandaloneParts): Promise<Standalone> {
  const { config, logger, opened } = parts;
  const { API_HOST: host, API_PORT: port } = config;
  const database = await openDatabase(parts);
  const { orchestration, start } = await opened.add(
    () =>
      openOrchestration({
        databaseUrl: database.url,
        version: VERSION,
        onError: logErrors(logger),
        onWarning: (words) => logger.warn(words),
        keeping: { endedRunsMs: config.ORRERY_RETENTION ?? null, deletedRunsMs: config.ORRERY_FEED_WINDOW },
      }),
    ({ close }) => close(),
  );
  await start();
  await startWorker(parts, orchestration);
  const options = { host, port, corsOrigins: config.API_CORS_ORIGINS };
  const api = await opened.add(
    () => createApi({ orchestration, options, version: VERSION, logger }),
    ({ close }) => close(),
  );
  const listening = await api.listen().catch((error: NodeJS.ErrnoException) => {
    throw portError(error, host, port);
  });
  const url = reachable(listening);
  await database.announce(url);
  const { dataDirectory, shown } = database;
  return { orchestration, greeting: { version: VERSION, url, pid: process.pid, dataDirectory, database: shown } };
}

interface Database {
  readonly url: string;
  readonly dataDirectory: string | null;
  readonly shown: string | null;
  /** Says where this process answers, to whoever wants the same data. */
  announce(url: string): Promise<void>;
}

/** The database that is named, or else one of our own, claimed for this process alone. */
async function openDatabase({ config, logger, opened }: StandaloneParts): Promise<Database> {
  const { DATABASE_URL: given, ORRERY_DATA: data, API_HOST: host, API_PORT: port } = config;
  if (given !== undefined) {
    await assertPortFree(host, port);
    return { url: given, dataDirectory: null, shown: withoutPassword(given), announce: async () => undefined };
  }
  const claim = await opened.add(
    () => claimDataDirectory(data),
    ({ release }) => release(),
  );
  await assertPortFree(host, port);
  const postgres = await opened.add(
    () => openEmbeddedPostgres({ dataDirectory: data, log: (line) => logger.info(line) }),
    (server) => server.stop(),
  );
  return { url: postgres.url, dataDirectory: postgres.dataDirectory, shown: null, announce: claim.announce };
}

/** The worker inside: it does `http` tasks, and those of the examples unless they are not wanted. */
async function startWorker({ config, logger, opened, demos }: StandaloneParts, { dispatcher }: Orchestration) {
  const http = await opened.add(
    () => httpTask({ allow: config.ORRERY_HTTP_ALLOW }),
    ({ close }) => close(),
  );
  const handlers = new Map<string, TaskHandler>([['http', http.handler], ...(demos ? demoHandlers : [])]);
  const options = { workerId: 'standalone', namespace: DEFAULT_NAMESPACE, concurrency: SLOTS };
  const onLostReport = (error: unknown) =>
    logger.info({ error: describeError(error) }, 'the end of an attempt came too late');
  const worker = new LocalWorker(dispatcher, handlers, options, onLostReport);
  await opened.add(
    () => worker.start(),
    () => Promise.race([worker.stop(), new Promise((resolve) => setTimeout(resolve, FINISH_MS).unref())]),
  );
}

/** Where a browser on this machine gets to a server that listens everywhere. */
function reachable(listening: string): string {
  const url = new URL(listening);
  if (['0.0.0.0', '[::]'].includes(url.hostname)) url.hostname = '127.0.0.1';
  return url.origin;
}

function withoutPassword(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `PostgreSQL at ${hostname}:${port || 5432}${pathname} (DATABASE_URL)`;
}
