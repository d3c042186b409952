import { type Logger, Seldom, describeError, logErrors } from '@orrery/infrastructure';
import { type Refusal, refusalOf } from './problem.js';

/** Makes refusals of errors, and sees to it that what was not foreseen stands in the log, whole, and only there. */
export class Bugs {
  /** What went wrong beside a request. */
  readonly tell: (error: unknown) => void;
  private readonly seldom = new Seldom();

  constructor(private readonly log: Logger) {
    this.tell = logErrors(log);
  }

  refusal(error: unknown, requestId: string): Refusal {
    const refusal = refusalOf(error);
    if (refusal.kind === 'Bug') this.log.error({ requestId, error: describeError(error) }, 'a request failed by a bug');
    if (refusal.kind === 'Unavailable') {
      const described = describeError(error);
      this.seldom.say(described.message, (counted) =>
        this.log.warn({ requestId, error: described, ...counted }, 'not just now'),
      );
    }
    return refusal;
  }
}
