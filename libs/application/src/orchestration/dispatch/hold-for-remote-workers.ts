import { inHands } from '@orrery/domain';
import type { SessionRow, WorkerSessions } from '../ports/worker-sessions.js';
import { type Run, workIn } from '../workflow-streams.js';
import { attemptKey, queueKey } from './backlog.js';
import type { Dispatcher } from './dispatcher.js';
import { LEASE_MS } from './leases.js';

/**
 * An attempt that an earlier owner may have handed to a worker outside is kept for that worker for the length of a
 * lease: it may still beat, or report. What nobody outside can hold ran inside a process that died, and is handed out
 * again at once.
 */
export async function holdForRemoteWorkers(
  runs: readonly Run[],
  sessions: WorkerSessions,
  dispatcher: Dispatcher,
  now: number,
): Promise<void> {
  const alive = await sessions.seenSince(now - LEASE_MS);
  if (alive.length === 0) return;
  const keysOf = ({ namespace, types }: SessionRow) => types.map((type) => queueKey(namespace, type));
  const served = new Set(alive.flatMap(keysOf));
  // A worker over a socket or by polling has no way yet to tell its new owner what it has.
  const isDirect = new Set(alive.filter(({ transport }) => transport !== 'amqp').flatMap(keysOf));
  for (const run of runs) {
    for (const [{ ordinal, type, timeouts }, task] of workIn(run)) {
      if (!inHands(task)) continue;
      const { namespace, stream: workflow } = run.key;
      const key = attemptKey({ namespace, workflow, ordinal });
      const queue = queueKey(namespace, type);
      if (!served.has(queue) || dispatcher.leases.get(key)) continue;
      if (task.status === 'queued' && !isDirect.has(queue)) dispatcher.watch.mayBeUnposted(key);
      dispatcher.leases.add(key, {
        namespace,
        workflow,
        ordinal,
        attempt: task.attempt,
        type,
        token: null,
        workerId: null,
        posted: null,
        session: null,
        handedAt: now,
        startReported: true,
        reported: false,
        cancelled: false,
        beatAt: now,
        heartbeatAt: now,
        heartbeatMs: timeouts.heartbeatMs,
        offerAgain: task.status === 'queued',
      });
    }
  }
  dispatcher.lookLater();
}
