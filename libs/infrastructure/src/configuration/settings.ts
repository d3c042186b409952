import { parseDuration } from '@orrery/domain';
import { z } from 'zod';

/** The kinds of settings that more than one app has. Each app says what its own mean. */
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const portText = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a number from 0 to 65535')
  .transform(Number)
  .refine((port) => port <= 65_535, 'must be a number from 0 to 65535');

/** A port to listen on; 0 is any that is free. */
export const port = (otherwise: number) => portText.default(otherwise);

export const text = z.string();

const wholeNumberText = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((number) => number >= min && number <= max, `must be a whole number from ${min} to ${max}`);

export const wholeNumber = (min: number, max: number, otherwise: number) =>
  wholeNumberText(min, max).default(otherwise);

export const optionalWholeNumber = (min: number, max: number) => wholeNumberText(min, max).optional();

/** A duration, read as milliseconds. */
export const duration = z.string().transform((text, context): number => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  context.addIssue({ code: 'custom', message: 'must be a duration like 12h or 30d' });
  return z.NEVER;
});

export const logLevel = z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`);

export const flag = z
  .enum(['true', 'false'], 'must be true or false')
  .default('false')
  .transform((said) => said === 'true');

const urlWith = (protocols: RegExp, likeness: string) =>
  z
    .string()
    .refine((url) => URL.canParse(url) && protocols.test(new URL(url).protocol), `must be a URL like ${likeness}`);

export const httpUrl = urlWith(/^https?:$/, 'http://127.0.0.1:8000');

/** Several, with commas between. */
export const databaseUrls = z
  .string()
  .transform((text) => text.split(',').map((url) => url.trim()))
  .pipe(z.array(urlWith(/^postgres(ql)?:$/, 'postgres://user:password@host:5432/database, with commas between')))
  .default([]);
export const redisUrl = urlWith(/^rediss?:$/, 'redis://user:password@host:6379/0');
/** Where a worker has its tasks from: a server, or a broker. */
export const workerUrl = urlWith(/^(https?|amqps?):$/, 'http://127.0.0.1:8000 or amqp://user:password@host:5672/vhost');
export const rabbitmqUrl = urlWith(/^amqps?:$/, 'amqp://user:password@host:5672/vhost');

/** Its value is never shown: a password may stand in it. */
export const databaseUrl = urlWith(/^postgres(ql)?:$/, 'postgres://user:password@host:5432/database');
