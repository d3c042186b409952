import { FailTask, type Namespace, StartTask } from '@orrery/domain';
import type { Clock } from '../../kernel/ports/clock.js';
import type { EngineCommands } from '../engine-commands.js';
import { attemptKey, idOf } from './backlog.js';
import type { Lease, Leases } from './leases.js';

/** How often leases are looked through while there are any, in milliseconds. */
const LOOK_EVERY_MS = 500;
/** Within so long after a take-over workers that read from a broker have told its new owner what they have, in milliseconds. */
const CLAIMED_WITHIN_MS = 2_000;

interface WatchParts {
  readonly leases: Leases;
  readonly commands: EngineCommands;
  readonly clock: Clock;
}

/** Looks through the leases: tells which attempts have begun, and ends those that nothing is heard of. */
export class WatchLeases {
  private looking = false;
  private readonly unposted = new Set<string>();

  constructor(
    private readonly parts: WatchParts,
    private readonly isOurs: (lease: Lease) => boolean,
    /** An attempt that may never have come into anybody's hands waits again. */
    private readonly offerAgain: (lease: Lease) => void,
  ) {}

  /** Looks as long as there are any. */
  later(): void {
    if (this.looking || this.parts.leases.size === 0) return;
    this.looking = true;
    this.parts.clock.after(LOOK_EVERY_MS, () => {
      this.looking = false;
      this.look();
      this.later();
    });
  }

  reportStart(lease: Lease): void {
    if (lease.startReported) return;
    lease.startReported = true;
    const { ordinal: task, attempt, handedAt: startedAt, workerId } = lease;
    this.parts.commands.sendUntilDone(
      lease,
      new StartTask({ task, attempt, startedAt, worker: workerId ?? undefined }),
    );
  }

  /** An attempt that an earlier owner may have died before it posted, of a type that is only read from a broker. */
  mayBeUnposted(key: string): void {
    this.unposted.add(key);
  }

  hasUnposted(): boolean {
    return this.unposted.size > 0;
  }

  /** Nothing of this type lies unread with the broker: what nobody has spoken of since the take-over was never posted. */
  offerUnposted(namespace: Namespace, type: string): void {
    const before = this.parts.clock.now() - CLAIMED_WITHIN_MS;
    for (const key of this.unposted) {
      const lease = this.parts.leases.get(key);
      const isUnclaimed = lease?.offerAgain === true && lease.token === null;
      const isDue = isUnclaimed && lease.namespace === namespace && lease.type === type && lease.handedAt <= before;
      if (isDue || !isUnclaimed) this.unposted.delete(key);
      if (isDue) this.offerAgain(lease);
    }
  }

  private look(): void {
    const { started, lost, silent } = this.parts.leases.due(this.parts.clock.now(), this.isOurs);
    for (const lease of started) this.reportStart(lease);
    for (const lease of silent) this.fail(lease, 'task.timed-out', `no heartbeat for ${lease.heartbeatMs} ms`);
    for (const lease of lost) {
      if (lease.offerAgain) this.offerAgain(lease);
      else this.lose(lease, `nothing was heard of ${nameOf(lease)} for the length of a lease`);
    }
  }

  /** Nobody does it, though somebody had it. */
  lose(lease: Lease, why = 'whoever read it did not do it'): void {
    this.fail(lease, 'worker.lost', why);
  }

  private fail(lease: Lease, code: string, message: string): void {
    this.parts.leases.end(attemptKey(lease), lease.attempt);
    lease.session?.cancel(idOf(lease), lease.attempt);
    const { ordinal: task, attempt } = lease;
    this.parts.commands.sendUntilDone(lease, new FailTask({ task, attempt, error: { code, message } }));
  }
}

function nameOf({ workerId }: Lease): string {
  return workerId === null ? 'its worker' : `worker "${workerId}"`;
}
