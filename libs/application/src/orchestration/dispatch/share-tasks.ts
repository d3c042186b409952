import { FailTask, inHands } from '@orrery/domain';
import type { Clock } from '../../kernel/ports/clock.js';
import type { Ownership } from '../../kernel/ports/ownership.js';
import type { EngineCommands } from '../engine-commands.js';
import type { OfferState, TaskAddress, TaskOffer, TaskOffers } from '../ports/task-offers.js';
import { type Run, workIn } from '../workflow-streams.js';
import { attemptKey, queueKey } from './backlog.js';
import type { Dispatcher } from './dispatcher.js';
import type { Lease } from './leases.js';
import { OfferedTasks } from './offered-tasks.js';
import { TakeOffers } from './take-offers.js';
import type { HandedTask, WorkerSession } from './worker-session.js';

/** How often offers are looked at while there are any, and what others take, in milliseconds. */
const LOOK_EVERY_MS = 1_000;
/** An offer that is not in its table after so long never came there, in milliseconds. */
const MISSING_AFTER_MS = 5_000;

/**
 * What is to be done with an offer. It is over where nobody waits for its end; its holder is gone at first sight, and
 * lost at the second; nobody takes it, or nobody is to; or its holder may end.
 */
type Fate = 'over' | 'gone' | 'lost' | 'idle' | 'unwanted' | 'fine';

/** What is offered of tasks, by the task. */
export type KnownOffers = ReadonlyMap<string, OfferState>;

/** What sharing needs of the process. */
export interface SharingParts {
  readonly offers: TaskOffers;
  readonly dispatcher: Dispatcher;
  readonly commands: EngineCommands;
  readonly ownership: Ownership;
  readonly clock: Clock;
  readonly partitions: number;
  readonly partitionOf: (task: TaskAddress) => number;
  readonly onError: (error: unknown) => void;
}

/**
 * Shares tasks with the other processes over the same database: offers them what waits here for a handler that only
 * they have, and takes what they offer. A process that is alone, or has a handler for everything, says nothing.
 */
export class ShareTasks {
  private readonly session: OfferedTasks;
  private readonly taking: TakeOffers;
  private takers: ReadonlySet<string> = new Set();
  private goneBefore: ReadonlySet<string> = new Set();
  /** Something may stand in the table that nobody here remembers. */
  private mayBeOffered = true;
  private writes = 0;
  /** Resolves when what was taken over last is taken up: rows of it mean nothing before. */
  settled: () => Promise<void> = () => Promise.resolve();
  private looking: Promise<void> | undefined;
  private cancelLook: () => void = () => undefined;
  private stopped = false;

  constructor(private readonly parts: SharingParts) {
    this.session = new OfferedTasks(
      (tasks) => this.offer(tasks),
      () => this.lookSoon(),
    );
    this.taking = new TakeOffers(parts);
  }

  /** Says who does tasks here: it also takes what others offer. */
  serve(worker: WorkerSession): void {
    this.taking.worker = worker;
  }

  start(): void {
    this.lookLater(LOOK_EVERY_MS);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelLook();
    await this.looking;
    await this.taking.stop();
  }

  /** Before partitions go to another owner: what is in hands here is not handed out again there. */
  async keep(): Promise<void> {
    const { dispatcher } = this.parts;
    const kept = [...dispatcher.leases.all()].filter(
      (lease) => isLocal(lease) && !dispatcher.isOurs(lease) && !this.taking.holds(lease),
    );
    if (kept.length === 0 || this.stopped) return;
    await this.write(kept.map((lease) => this.offerOf(lease, lease.token!, null)));
    for (const lease of kept) this.taking.hold(lease);
  }

  /**
   * What is in hands in partitions that are taken over, and of whom. It is asked before their runs are read: whoever is
   * gone by then has committed all that it will, and whoever is not is still known to hold what it has not.
   */
  async known(partitions: readonly number[]): Promise<KnownOffers> {
    this.mayBeOffered = true;
    return new Map((await this.parts.offers.of(partitions)).map((offer) => [attemptKey(offer), offer]));
  }

  /** What another process holds in runs that were taken over stays its own; what nobody has is handed out anew. */
  takeOver(runs: readonly Run[], known: KnownOffers): void {
    const { dispatcher, clock } = this.parts;
    if (known.size === 0) return;
    for (const run of runs) {
      for (const [{ ordinal }, task] of workIn(run)) {
        const offer = known.get(attemptKey({ namespace: run.key.namespace, workflow: run.key.stream, ordinal }));
        if (offer?.holder !== 'another' || offer.attempt !== task.attempt || !inHands(task)) continue;
        dispatcher.leases.add(attemptKey(offer), this.leaseOf(offer, clock.now()));
      }
    }
    dispatcher.lookLater();
  }

  private offer(tasks: readonly HandedTask[]): void {
    const offers = tasks.map((task) => this.offerOf({ ...task, workflow: task.workflowId }, task.leaseToken, task));
    this.write(offers).catch((error: unknown) => {
      this.parts.onError(error);
      for (const offer of offers) this.waitAgain(offer);
    });
  }

  /** A look that came between would see no offer yet, and the next one no lease any more. */
  private async write(offers: readonly TaskOffer[]): Promise<void> {
    try {
      await this.parts.offers.offer(offers);
    } finally {
      this.writes += 1;
      this.mayBeOffered = true;
    }
  }

  private offerOf(
    of: Omit<TaskOffer, 'partition' | 'leaseToken' | 'task'>,
    leaseToken: string,
    task: HandedTask | null,
  ) {
    const { namespace, workflow, ordinal, attempt, type } = of;
    return { namespace, workflow, ordinal, attempt, type, partition: this.parts.partitionOf(of), leaseToken, task };
  }

  private leaseOf({ namespace, workflow, ordinal, attempt, type, leaseToken }: OfferState, now: number): Lease {
    return {
      ...{ namespace, workflow, ordinal, attempt, type },
      token: leaseToken,
      workerId: this.session.workerId,
      posted: null,
      session: this.session,
      handedAt: now,
      startReported: true,
      reported: false,
      cancelled: false,
      beatAt: now,
      heartbeatAt: now,
      heartbeatMs: null,
      offerAgain: false,
    };
  }

  private lookSoon(): void {
    this.cancelLook();
    this.lookLater(0);
  }

  private lookLater(afterMs: number): void {
    if (this.stopped) return;
    this.cancelLook = this.parts.clock.after(afterMs, () => {
      // One look after the other.
      const { onError } = this.parts;
      this.looking = (this.looking ?? Promise.resolve()).then(() => this.look()).catch(onError);
      void this.looking.then(() => {
        this.cancelLook();
        this.lookLater(LOOK_EVERY_MS);
      });
    });
  }

  private async look(): Promise<void> {
    await this.findTakers();
    await this.watch();
    await this.taking.look();
  }

  /** Who has a handler here comes first; what nobody here takes is for those elsewhere who do. */
  private async findTakers(): Promise<void> {
    const { dispatcher, offers } = this.parts;
    const served = new Set<string>();
    for (const session of dispatcher.connected()) {
      if (session !== this.session) for (const type of session.types) served.add(queueKey(session.namespace, type));
    }
    const wanted = new Set([...dispatcher.backlog.queueNames(), ...this.session.queues]);
    for (const queue of served) wanted.delete(queue);
    this.takers = wanted.size === 0 && this.offered().length === 0 ? new Set() : await offers.takers();
    const types = [...wanted].filter((queue) => this.takers.has(queue)).map((queue) => queue.split('/').at(-1)!);
    dispatcher.disconnect(this.session);
    this.session.types.clear();
    for (const type of types) this.session.types.add(type);
    this.session.underWay(this.offered().length);
    if (types.length > 0) dispatcher.connect(this.session);
  }

  private offered(): readonly Lease[] {
    return [...this.parts.dispatcher.leases.all()].filter(({ session }) => session === this.session);
  }

  /** Brings leases and offers in line: what ended goes, what is held keeps its lease, what is lost is failed. */
  private async watch(): Promise<void> {
    const { offers, ownership } = this.parts;
    const leases = this.offered();
    if (leases.length === 0 && !this.mayBeOffered) return;
    const owned = [...ownership.owned()];
    await this.settled();
    const { writes } = this;
    // What went to another owner meanwhile is what was kept for it, and not for us to end.
    const known = (await offers.of(owned)).filter(({ partition }) => ownership.owned().has(partition));
    this.mayBeOffered = known.length > 0 || writes !== this.writes;
    const now: { readonly [fate in Fate]: OfferState[] } = {
      over: [],
      lost: [],
      gone: [],
      idle: [],
      unwanted: [],
      fine: [],
    };
    for (const offer of known) now[this.fateOf(offer)].push(offer);
    this.goneBefore = new Set(now.gone.map(attemptKey));
    for (const offer of now.lost) this.fail(offer);
    const over = [...now.over, ...now.lost];
    if (over.length > 0) await offers.remove(over);
    if (now.unwanted.length > 0) await offers.cancel(now.unwanted);
    const takenBack = now.idle.length > 0 ? await offers.withdraw(now.idle) : [];
    const names = new Set(known.map(attemptKey));
    for (const task of [...takenBack, ...leases.filter((lease) => this.isMissing(lease, names))]) this.waitAgain(task);
  }

  private fateOf(offer: OfferState): Fate {
    const { dispatcher, clock } = this.parts;
    const key = attemptKey(offer);
    const lease = dispatcher.leases.get(key);
    if (lease?.attempt !== offer.attempt || lease.session !== this.session) return 'over';
    // Twice in a row: a process whose connection broke is back soon.
    if (offer.holder === 'one that is gone') return this.goneBefore.has(key) ? 'lost' : 'gone';
    lease.beatAt = clock.now();
    if (offer.holder === 'nobody') return this.isFor(offer, lease) ? 'fine' : 'idle';
    return lease.cancelled && !offer.cancelled ? 'unwanted' : 'fine';
  }

  /** Whether somebody may yet take what nobody has. */
  private isFor(offer: OfferState, { cancelled }: Lease): boolean {
    return !cancelled && this.takers.has(queueKey(offer.namespace, offer.type));
  }

  private isMissing(lease: Lease, known: ReadonlySet<string>): boolean {
    return !known.has(attemptKey(lease)) && this.parts.clock.now() - lease.handedAt > MISSING_AFTER_MS;
  }

  /** The process that did it is gone: the attempt failed, and counts. */
  private fail(offer: OfferState): void {
    const { dispatcher, commands } = this.parts;
    const { ordinal: task, attempt } = offer;
    dispatcher.leases.end(attemptKey(offer), attempt);
    const error = { code: 'worker.lost', message: 'the process that did it is gone' };
    commands.sendUntilDone(offer, new FailTask({ task, attempt, error }));
  }

  /** Nobody has it, and it waits again, as its run's state says. */
  private waitAgain(task: TaskAddress): void {
    const { dispatcher, commands } = this.parts;
    dispatcher.leases.end(attemptKey(task));
    commands.reconcile(task);
  }
}

function isLocal({ session }: Lease): boolean {
  return session?.isLocal === true;
}
