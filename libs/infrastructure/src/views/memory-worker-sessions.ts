import { type SessionRow, WorkerSessions } from '@orrery/application';
import type { Namespace } from '@orrery/domain';
import { storableText } from './storable.js';

/** The sessions of workers, in memory. */
export class MemoryWorkerSessions extends WorkerSessions {
  private readonly sessions = new Map<string, SessionRow>();

  override async save(sessions: readonly SessionRow[]): Promise<void> {
    for (const session of sessions) {
      const workerId = storableText(session.workerId);
      const types = session.types.slice();
      this.sessions.set(`${session.namespace}/${workerId}`, { ...session, workerId, types });
    }
  }

  override async seenSince(at: number): Promise<readonly SessionRow[]> {
    return [...this.sessions.values()].filter(({ lastSeenAt }) => lastSeenAt >= at);
  }

  override async remove(namespace: Namespace, workerId: string): Promise<void> {
    this.sessions.delete(`${namespace}/${storableText(workerId)}`);
  }
}
