import { type Logger, describeError, logErrors } from '@orrery/infrastructure';
import { type Refusal, refusalOf } from './problem.js';

/** Makes refusals of errors, and sees to it that what was not foreseen stands in the log, whole, and only there. */
export class Bugs {
  /** What went wrong beside a request. */
  readonly tell: (error: unknown) => void;

  constructor(private readonly log: Logger) {
    this.tell = logErrors(log);
  }

  refusal(error: unknown, requestId: string): Refusal {
    const refusal = refusalOf(error);
    if (refusal.kind === 'Bug') this.log.error({ requestId, error: describeError(error) }, 'a request failed by a bug');
    if (refusal.kind === 'Unavailable') this.log.warn({ requestId, error: describeError(error) }, 'not just now');
    return refusal;
  }
}
