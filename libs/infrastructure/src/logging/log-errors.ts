import { Unavailable } from '@orrery/domain';
import type { Logger } from 'pino';
import { describeError } from './describe-error.js';

/** Logs what failed that nobody waited for: what passes by itself as a warning, and anything else as the bug it is. */
export function logErrors(logger: Logger): (error: unknown) => void {
  return (error) => {
    if (error instanceof Unavailable) logger.warn({ error: describeError(error) }, 'not just now; it is tried again');
    else logger.error({ error: describeError(error) }, 'something failed that nobody waited for');
  };
}
