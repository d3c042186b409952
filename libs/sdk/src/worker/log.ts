/** Where a worker says what happens to it: the console fits, and so does most of what writes logs. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

const say = (level: string) => (message: string) =>
  void process.stderr.write(`${new Date().toISOString()} ${level} ${message}\n`);

/** Lines on standard error, from `info` on. */
export const STANDARD_ERROR: Log = {
  debug: () => undefined,
  info: say('info '),
  warn: say('warn '),
  error: say('error'),
};

/** The same log, with some words before each message. */
export function prefixed(log: Log, words: string): Log {
  return {
    debug: (message) => log.debug(`${words} ${message}`),
    info: (message) => log.info(`${words} ${message}`),
    warn: (message) => log.warn(`${words} ${message}`),
    error: (message) => log.error(`${words} ${message}`),
  };
}
