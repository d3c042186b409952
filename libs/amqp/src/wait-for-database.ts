import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '@orrery/domain';

/** How long is waited before something is tried again while there is no database. */
const RETRY_MS = [200, 5_000] as const;
/** What passes by itself, and keeps everything alike: nobody is told to come again. */
const WAITED_FOR: ReadonlySet<string> = new Set([
  'log.unavailable',
  'log.unreachable',
  'log.out-of-resources',
  'log.read-only',
]);

/** Does something as often as it takes until the database is there. Who leaves waits no longer: it then rejects. */
export async function withDatabase<T>(leaving: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let pauseMs: number = RETRY_MS[0]; ; pauseMs = Math.min(RETRY_MS[1], 2 * pauseMs)) {
    try {
      return await work();
    } catch (error) {
      if (!isWaitedFor(error) || leaving.aborted) throw error;
      const pausing = sleep(pauseMs * (0.5 + Math.random()), undefined, { signal: leaving, ref: false });
      await pausing.catch(() => undefined);
    }
  }
}

export function isWaitedFor(error: unknown): boolean {
  return error instanceof Unavailable && WAITED_FOR.has(error.code);
}
