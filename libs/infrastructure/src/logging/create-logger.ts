import { type DestinationStream, type Logger, destination, pino } from 'pino';

export type { Logger } from 'pino';

/**
 * The log of a process, as JSON lines on standard error: standard output is for what the process was asked for. Given a
 * stream, it goes there instead.
 */
export function createLogger(name: string, level: string, stream?: DestinationStream): Logger {
  // Written at once: a process that is killed has then said what it had to say.
  return pino({ name, level }, stream ?? destination({ dest: 2, sync: true }));
}
