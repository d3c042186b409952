import { type Logger, destination, pino, stdSerializers } from 'pino';

export type { Logger } from 'pino';

/**
 * The log of a process, as JSON lines on standard error: standard output is for what the process was asked for. An error
 * is logged with its causes.
 */
export function createLogger(name: string, level: string): Logger {
  // Written at once: a process that is killed has then said what it had to say.
  return pino({ name, level, serializers: { err: stdSerializers.errWithCause } }, destination({ dest: 2, sync: true }));
}
