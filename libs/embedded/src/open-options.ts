import type { Keeping } from '@orrery/application';
import { workerId } from '@orrery/contract/schemas';
import { type HttpTaskOptions, InvalidConfiguration, setting } from '@orrery/infrastructure';
import type { Log } from '@orrery/sdk';
import { z } from 'zod';
import type { EngineOptions } from './open-engine.js';

/** How Orrery is opened in this process. */
export interface OpenOptions {
  /** The PostgreSQL that holds the log. Several processes may open the same one: they share its work. */
  readonly databaseUrl?: string;
  /** Without a `databaseUrl`, the directory of a PostgreSQL of our own; `.orrery` if it is not said. It is for one process. */
  readonly data?: string;
  /** How many tasks are done here at once; 100 if it is not said. */
  readonly concurrency?: number;
  /** The built-in task type `http`: which private addresses it may call, or false for none of its tasks. */
  readonly http?: Pick<HttpTaskOptions, 'allow'> | false;
  /** How long handlers may take after `close`, in milliseconds; 25 s if it is not said. */
  readonly drainMs?: number;
  /** How long runs are kept that have ended, in milliseconds; then they are deleted. For ever if it is not said. */
  readonly retentionMs?: number;
  /** How long the events of deleted runs are kept, in milliseconds; 7 days if it is not said. */
  readonly feedWindowMs?: number;
  /** The name of this process in the events of its tasks. Made from the host and the process if it is not said. */
  readonly workerId?: string;
  /** Standard error if it is not said. */
  readonly log?: Log;
}

const YEAR_MS = 365 * 86_400_000;
const ms = z
  .int('must be whole milliseconds')
  .min(0, 'must not be negative')
  .max(100 * YEAR_MS, 'is longer than a century');

const schema = z.strictObject({
  databaseUrl: setting.databaseUrl.optional(),
  data: z.string().min(1).default('.orrery'),
  concurrency: z.int('must be a whole number').min(1).max(100_000).default(100),
  http: z.union([z.literal(false), z.strictObject({ allow: z.string().optional() })]).default({}),
  drainMs: ms.default(25_000),
  retentionMs: ms.optional(),
  feedWindowMs: ms.optional(),
  workerId: workerId.optional(),
  log: z.custom<Log>().optional(),
});

type Settings = Pick<EngineOptions, 'databaseUrl' | 'data' | 'concurrency' | 'http' | 'drainMs' | 'keeping'>;

/** The options with what they leave unsaid. Throws `InvalidConfiguration` with every fault at once. */
export function readOptions(options: OpenOptions): Settings & Pick<OpenOptions, 'workerId' | 'log'> {
  const read = schema.safeParse(options);
  if (!read.success)
    throw new InvalidConfiguration(read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`));
  const { http, retentionMs, feedWindowMs, ...settings } = read.data;
  const keeping: Partial<Keeping> = {
    endedRunsMs: retentionMs ?? null,
    ...(feedWindowMs === undefined ? {} : { deletedRunsMs: feedWindowMs }),
  };
  return { ...settings, http: http || null, keeping };
}
