import { Unavailable } from '@orrery/domain';
import type { Logger } from 'pino';
import { describeError } from './describe-error.js';
import { Seldom } from './seldom.js';

/** Logs what failed that nobody waited for: what passes by itself as a warning, seldom, and anything else as the bug it is. */
export function logErrors(logger: Logger): (error: unknown) => void {
  const seldom = new Seldom();
  return (error) => {
    const described = { error: describeError(error) };
    if (!(error instanceof Unavailable)) return logger.error(described, 'something failed that nobody waited for');
    seldom.say(error.message, (counted) =>
      logger.warn({ ...described, ...counted }, 'not just now; it is tried again'),
    );
  };
}
