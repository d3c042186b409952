import { FailTask, StartTask } from '@orrery/domain';
import type { Clock } from '../../kernel/ports/clock.js';
import type { EngineCommands } from '../engine-commands.js';
import { attemptKey, idOf } from './backlog.js';
import type { Lease, Leases } from './leases.js';

/** How often leases are looked through while there are any, in milliseconds. */
const LOOK_EVERY_MS = 500;

/** Looks through the leases: tells which attempts have begun, and ends those that nothing is heard of. */
export class WatchLeases {
  private looking = false;

  constructor(
    private readonly leases: Leases,
    private readonly commands: EngineCommands,
    private readonly clock: Clock,
    private readonly isOurs: (lease: Lease) => boolean,
  ) {}

  /** Looks as long as there are any. */
  later(): void {
    if (this.looking || this.leases.size === 0) return;
    this.looking = true;
    this.clock.after(LOOK_EVERY_MS, () => {
      this.looking = false;
      this.look();
      this.later();
    });
  }

  reportStart(lease: Lease): void {
    if (lease.startReported) return;
    lease.startReported = true;
    const { ordinal: task, attempt, handedAt: startedAt, workerId } = lease;
    this.commands.sendUntilDone(lease, new StartTask({ task, attempt, startedAt, worker: workerId ?? undefined }));
  }

  private look(): void {
    const { started, lost, silent } = this.leases.due(this.clock.now(), this.isOurs);
    for (const lease of started) this.reportStart(lease);
    for (const lease of silent) this.fail(lease, 'task.timed-out', `no heartbeat for ${lease.heartbeatMs} ms`);
    for (const lease of lost) {
      if (lease.offerAgain) this.offerAgain(lease);
      else this.fail(lease, 'worker.lost', `nothing was heard of ${nameOf(lease)} for the length of a lease`);
    }
  }

  private fail(lease: Lease, code: string, message: string): void {
    this.leases.end(attemptKey(lease), lease.attempt);
    lease.session?.cancel(idOf(lease), lease.attempt);
    const { ordinal: task, attempt } = lease;
    this.commands.sendUntilDone(lease, new FailTask({ task, attempt, error: { code, message } }));
  }

  private offerAgain(lease: Lease): void {
    this.leases.end(attemptKey(lease), lease.attempt);
    this.commands.reconcile(lease);
  }
}

function nameOf({ workerId }: Lease): string {
  return workerId === null ? 'its worker' : `worker "${workerId}"`;
}
