import { type DestinationStream, type Logger, destination, pino, stdTimeFunctions } from 'pino';

export type { Logger } from 'pino';

/** Levels by their names and times as RFC 3339, as whatever gathers logs reads them without being told how. */
const FORMAT = { timestamp: stdTimeFunctions.isoTime, formatters: { level: (level: string) => ({ level }) } };

/**
 * The log of a process, as JSON lines on standard error: standard output is for what the process was asked for. Given a
 * stream, it goes there instead.
 */
export function createLogger(name: string, level: string, stream?: DestinationStream): Logger {
  // Written at once: a process that is killed has then said what it had to say.
  return pino({ name, level, ...FORMAT }, stream ?? destination({ dest: 2, sync: true }));
}
