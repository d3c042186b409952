import { StartTask, taskId } from '@orrery/domain';
import type { AttemptAddress, OfferState, TaskAddress } from '../ports/task-offers.js';
import { attemptKey, queueKey } from './backlog.js';
import type { SharingParts } from './share-tasks.js';
import type { HandedTask, WorkerSession } from './worker-session.js';

/** Takes what other processes offer, and does it as if it were of this process's own runs. */
export class TakeOffers {
  worker: WorkerSession | undefined;
  /** What is in hands here of the runs of others, by the attempt. */
  private readonly holding = new Map<string, Omit<AttemptAddress, 'namespace'>>();
  private declared = '';
  private unlisten: (() => Promise<void>) | undefined;
  /** The attempts that were begun here, as long as they stand in the table. */
  private readonly begun = new Set<string>();
  /** The answer to a question was lost, and with it maybe attempts that are this process's own since. */
  private mayHoldMore = false;
  private asked = 0;
  private taking: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(private readonly parts: SharingParts) {}

  async look(): Promise<void> {
    const { offers } = this.parts;
    const queues = this.queues();
    const words = queues.join();
    if (words !== this.declared) await offers.declare(queues);
    this.declared = words;
    // Who owns everything is alone: there is nobody to take from.
    const isAlone = this.parts.ownership.owned().size === this.parts.partitions;
    if (!isAlone && queues.length > 0) this.unlisten ??= await offers.listen(() => void this.take());
    if (!isAlone) await this.take();
    await this.bringInLine();
  }

  /** An attempt that is done here, though its run is another's now. */
  hold({ namespace, workflow, ordinal, attempt }: AttemptAddress): void {
    this.begun.add(nameOf({ namespace, workflow, ordinal, attempt }));
    this.holding.set(attemptKey({ namespace, workflow, ordinal }), { workflow, ordinal, attempt });
  }

  holds(task: TaskAddress): boolean {
    return this.holding.has(attemptKey(task));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.unlisten?.();
    await this.taking;
  }

  private queues(): readonly string[] {
    const { worker } = this;
    if (!worker || worker.ended) return [];
    return [...worker.types].map((type) => queueKey(worker.namespace, type)).sort();
  }

  /** One question after the other; what is offered meanwhile is asked for once more. */
  private take(): Promise<void> {
    this.again = true;
    this.taking ??= this.takeAll()
      .catch(this.parts.onError)
      .finally(() => (this.taking = undefined));
    return this.taking;
  }

  private async takeAll(): Promise<void> {
    while (this.again && !this.stopped) {
      this.again = false;
      const queues = this.queues();
      const room = this.worker?.free ?? 0;
      if (queues.length === 0 || room <= 0) return;
      for (const task of await this.ask(queues, room)) this.begin(task, this.worker!);
    }
  }

  private async ask(queues: readonly string[], room: number): Promise<readonly HandedTask[]> {
    this.asked += 1;
    try {
      return await this.parts.offers.take(queues, room);
    } catch (error) {
      this.mayHoldMore = true;
      throw error;
    }
  }

  private begin(task: HandedTask, worker: WorkerSession): void {
    const { dispatcher, commands, clock } = this.parts;
    const { namespace, workflowId: workflow, ordinal, attempt, type, leaseToken: token } = task;
    const now = clock.now();
    dispatcher.leases.add(attemptKey({ namespace, workflow, ordinal }), {
      ...{ namespace, workflow, ordinal, attempt, type, token },
      workerId: worker.workerId,
      posted: null,
      session: worker,
      handedAt: now,
      startReported: true,
      reported: false,
      cancelled: false,
      beatAt: now,
      heartbeatAt: now,
      // It is asked for three times in the time that an attempt may be silent.
      heartbeatMs: task.heartbeatMs === null ? null : task.heartbeatMs * 3,
      offerAgain: false,
    });
    dispatcher.lookLater();
    // Told at once: its owner measures its time from there.
    const start = new StartTask({ task: ordinal, attempt, startedAt: now, worker: worker.workerId });
    commands.sendUntilDone({ namespace, workflow }, start);
    this.hold({ namespace, workflow, ordinal, attempt });
    worker.free -= 1;
    worker.deliver([task]);
  }

  /** Brings what is in hands here in line with the table, where there may be something to be said of it. */
  private async bringInLine(): Promise<void> {
    const { offers, dispatcher } = this.parts;
    for (const key of this.holding.keys()) {
      const lease = dispatcher.leases.get(key);
      // What has become this process's own is looked after as such.
      if (!lease || dispatcher.isOurs(lease)) this.holding.delete(key);
    }
    if (this.begun.size === 0 && !this.mayHoldMore) return;
    const { asked } = this;
    const [isAsking, holding, begun] = [this.taking !== undefined, [...this.holding], [...this.begun]];
    const held = await offers.held();
    this.endUnwanted(holding, held);
    if (!isAsking && asked === this.asked) await this.putBack(held);
    const inTable = new Set(held.map(nameOf));
    for (const name of begun) if (!inTable.has(name)) this.begun.delete(name);
  }

  /** Tells the handlers of attempts that no longer count to end. */
  private endUnwanted(
    holding: Iterable<[key: string, Omit<AttemptAddress, 'namespace'>]>,
    held: readonly OfferState[],
  ): void {
    const wanted = new Map(held.map((offer) => [attemptKey(offer), offer]));
    for (const [key, { workflow, ordinal, attempt }] of holding) {
      const offer = wanted.get(key);
      if (offer?.attempt === attempt && !offer.cancelled) continue;
      this.worker?.cancel(taskId(workflow, ordinal), attempt);
      this.holding.delete(key);
    }
  }

  /** What is this process's own by the table, and never came here, would wait for it as long as it lives. */
  private async putBack(held: readonly OfferState[]): Promise<void> {
    const unheard = held.filter((offer) => !this.begun.has(nameOf(offer)));
    if (unheard.length > 0) await this.parts.offers.putBack(unheard);
    this.mayHoldMore = false;
  }
}

function nameOf(attempt: AttemptAddress): string {
  return `${attemptKey(attempt)}.${attempt.attempt}`;
}
