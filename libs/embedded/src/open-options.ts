import type { Keeping } from '@orrery/application';
import { workerId } from '@orrery/contract/schemas';
import { didYouMean, suggester } from '@orrery/domain';
import { InvalidConfiguration, setting } from '@orrery/infrastructure';
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
  /** The built-in task type `http`, or false for none of its tasks. */
  readonly http?: HttpOptions | false;
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

/** Of `http` tasks. */
export interface HttpOptions {
  /** Which private addresses they may call. */
  readonly allow?: string;
  /** After how many failures in a row they leave an origin alone, and for how long; 5 and 60,000 ms. 0 failures: never. */
  readonly circuit?: { readonly failuresMax?: number; readonly pauseMs?: number };
}

const CENTURY_MS = 36_525 * 86_400_000;
const ms = wholeNumber(0, CENTURY_MS, 'must be whole milliseconds, from 0 to a century');

const schema = z.object({
  databaseUrl: setting.databaseUrl.optional(),
  data: z.string('must be the path of a directory').min(1, 'must be the path of a directory').default('.orrery'),
  concurrency: wholeNumber(1, 100_000, 'must be a whole number from 1 to 100000').default(100),
  http: z
    .custom<NonNullable<OpenOptions['http']>>(
      isHttp,
      'must be false, or { allow, circuit: { failuresMax, pauseMs } }, none of which has to be there',
    )
    .default({}),
  drainMs: ms.default(25_000),
  retentionMs: ms.optional(),
  feedWindowMs: ms.optional(),
  workerId: workerId.optional(),
  log: z.custom<Log>((value) => typeof value === 'object', 'must have debug, info, warn and error').optional(),
});

const circuitOptions = z.strictObject({
  failuresMax: z.number().int().min(0).max(1_000_000).optional(),
  pauseMs: z.number().int().min(0).max(CENTURY_MS).optional(),
});
const httpOptions = z.union([
  z.literal(false),
  z.strictObject({ allow: z.string().optional(), circuit: circuitOptions.optional() }),
]);

function isHttp(value: unknown): boolean {
  return httpOptions.safeParse(value).success;
}

function wholeNumber(minimum: number, maximum: number, words: string) {
  return z.number(words).int(words).min(minimum, words).max(maximum, words);
}

type Settings = Pick<EngineOptions, 'databaseUrl' | 'data' | 'concurrency' | 'http' | 'drainMs' | 'keeping'>;

/** The options with what they leave unsaid. Throws `InvalidConfiguration` with every fault at once. */
export function readOptions(options: OpenOptions): Settings & Pick<OpenOptions, 'workerId' | 'log'> {
  const read = schema.safeParse(options);
  const faults = [
    ...unknownIn(options),
    ...(read.error?.issues ?? []).map(({ path, message }) => `${String(path[0])} ${message}`),
  ];
  if (!read.data || faults.length > 0) throw new InvalidConfiguration(faults);
  const { http, retentionMs, feedWindowMs, ...settings } = read.data;
  const keeping: Partial<Keeping> = {
    endedRunsMs: retentionMs ?? null,
    ...(feedWindowMs === undefined ? {} : { deletedRunsMs: feedWindowMs }),
  };
  return { ...settings, http: http || null, keeping };
}

function unknownIn(options: object): readonly string[] {
  const names = Object.keys(schema.shape);
  const suggest = suggester(names);
  const unknown = Object.keys(options).filter((name) => !names.includes(name));
  return unknown.map((name) => `${name} is not an option${didYouMean(suggest(name))}`);
}
