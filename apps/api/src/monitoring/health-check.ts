import type { Clock } from '@orrery/application';
import { describeError } from '@orrery/infrastructure';

export type State = 'ok' | 'degraded' | 'unhealthy';

/** What came of looking at one thing that the process needs. */
export interface CheckResult {
  readonly status: State;
  /** Why it is not well, in words that say nothing secret. */
  readonly reason?: string;
  /** How far behind it is, where that is a question. */
  readonly lag_seconds?: number;
}

/** Something that the process needs, and how to look whether it is there. */
export interface HealthCheck {
  readonly name: string;
  look(): Promise<CheckResult> | CheckResult;
}

/** Looks at something; that it fails, or takes longer than so many milliseconds, is an answer too. */
export async function lookWithin(
  look: () => Promise<CheckResult> | CheckResult,
  ms: number,
  clock: Clock,
): Promise<CheckResult> {
  let cancel = () => {};
  const late = new Promise<CheckResult>((resolve) => {
    cancel = clock.after(ms, () => resolve({ status: 'unhealthy', reason: `no answer within ${ms} ms` }));
  });
  const looking = async () => look();
  const failed = (error: unknown): CheckResult => ({ status: 'unhealthy', reason: describeError(error).message });
  return Promise.race([looking().catch(failed), late]).finally(cancel);
}
