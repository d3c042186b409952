import { ANONYMOUS, LEASE_MS, type Orchestration, SeenWorkers, attemptKey, queueKey } from '@orrery/application';
import { type ReportResults, type ReportedResult, type ResultAnswer, attemptOf, unlessLost } from '@orrery/contract';
import type { Namespace, TaskId } from '@orrery/domain';
import {
  type Broker,
  type CameBack,
  type Delivery,
  type Settled,
  type TaskLink,
  type Written,
  written,
} from '@orrery/infrastructure';
import { formatOfDelivery } from '../cloud-event.js';
import { type Beat, type BeatAnswer, type HeldAttempt, Workers } from '../workers.js';
import { type CancelledAttempt, type KnownWorker, RemoteWorker } from './remote-worker.js';
import { returnedAttempts } from './task-messages.js';
import { TaskQueue } from './task-queue.js';

/** How often it is looked who reads what, in milliseconds. */
const LOOK_EVERY_MS = 1_000;
/** What is read already is asked for less often: every so many looks. */
const LOOKS_BETWEEN = 5;

/** How tasks fared with the broker. */
export type Fate = 'posted' | CameBack;

export interface TaskQueuesParts {
  readonly orchestration: Orchestration;
  readonly reports: ReportResults;
  readonly onError: (error: unknown) => void;
  /** Told of each message of tasks. */
  readonly onFate: (fate: Fate) => void;
}

/** The queues of tasks at the broker, and the workers that read them: what they are given, and what they say. */
export class TaskQueues extends Workers {
  private readonly queues = new Map<string, TaskQueue>();
  private readonly workers = new Map<string, RemoteWorker>();
  private readonly seen: SeenWorkers;
  private link: TaskLink | undefined;
  private looks = 0;
  private stopped = false;
  private cancelLook: () => void = () => undefined;
  private looking: Promise<void> = Promise.resolve();
  /** Queues that could not be looked at, which is told of once. */
  private readonly broken = new Set<string>();

  constructor(private readonly parts: TaskQueuesParts) {
    super(parts.orchestration.dispatcher, parts.reports);
    const { sessions, clock } = parts.orchestration.ports;
    this.seen = new SeenWorkers(sessions, clock, parts.onError);
  }

  /** Begins to hand out by the broker, and to hear what workers say. */
  start(broker: Pick<Broker, 'openTasks'>, take: (delivery: Delivery) => Promise<Settled>): void {
    this.link = broker.openTasks({ take, cameBack: (tasks, why) => this.cameBack(tasks, why) });
    this.lookLater();
  }

  /** Hands out nothing more, and hears what is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelLook();
    this.closeAll();
    // A look may wait for a broker that does not answer, for as long as the link is open.
    await Promise.all([this.looking, this.link?.close(), this.seen.stop()]);
  }

  override async beat(beat: Beat, delivery: Delivery): Promise<BeatAnswer | undefined> {
    const worker = this.heard(beat, delivery);
    // What was just taken over may be in hands that are not known yet.
    await this.parts.orchestration.share.settled();
    const answer = { lost: [] as HeldAttempt[], cancelled: [] as CancelledAttempt[], kept: [] as TaskId[] };
    for (const attempt of beat.attempts) {
      const { id } = attempt.id;
      const { startedAt } = attempt;
      const lease = unlessLost(() => this.dispatcher.beat(this.addressOf(attempt), worker, startedAt));
      if (lease === undefined) answer.lost.push(attempt);
      if (lease) answer.kept.push(id);
      if (lease?.cancelled) answer.cancelled.push({ id, attempt: attemptOf(attempt) });
    }
    const isOurs = answer.lost.length + answer.kept.length > 0 || beat.attempts.length === 0;
    return isOurs ? { ...answer, lost: answer.lost.map(shownHeld) } : undefined;
  }

  override async heartbeat(attempt: HeldAttempt): Promise<{ readonly cancelled: boolean } | undefined> {
    await this.parts.orchestration.share.settled();
    const lease = this.dispatcher.heartbeat(this.addressOf(attempt));
    return lease ? { cancelled: lease.cancelled } : undefined;
  }

  override report(results: readonly ReportedResult[], workerId?: string): Promise<readonly ResultAnswer[]> {
    for (const result of results) this.letGo(result);
    return super.report(results, workerId);
  }

  /** A worker is there: what it reads is handed out by the broker from now on. */
  private heard({ workerId, slots, types }: Beat, delivery: Delivery): RemoteWorker {
    const { namespace } = ANONYMOUS;
    const { clock } = this.parts.orchestration.ports;
    const known: KnownWorker = {
      ...{ workerId, namespace, slots, types: new Set(types) },
      format: formatOfDelivery(delivery),
      queue: delivery.replyTo,
    };
    const worker = new RemoteWorker(
      known,
      clock.now(),
      (id, attempt) => this.letGoOf(known, id, attempt),
      (...told) => this.tell(...told),
    );
    const isNew = !this.workers.has(workerId);
    this.workers.set(workerId, worker);
    this.seen.seen({ namespace, workerId, types, transport: 'amqp', slots });
    if (isNew) for (const type of types) this.queueOf(namespace, type);
    if (isNew) this.lookSoon();
    return worker;
  }

  private cameBack(tasks: Written, why: CameBack): void {
    this.parts.onFate(why);
    const attempts = returnedAttempts(tasks);
    const addressed = attempts.map((attempt) => ({ ...attempt, namespace: ANONYMOUS.namespace }));
    // It is declared again before anything more is posted to it.
    if (why === 'unroutable') for (const attempt of addressed) this.queueOfAttempt(attempt)?.close();
    for (const attempt of addressed) this.dispatcher.cameBack(attempt, why === 'rejected');
  }

  private queueOf(namespace: Namespace, type: string): TaskQueue {
    const key = queueKey(namespace, type);
    const known = this.queues.get(key);
    if (known) return known;
    const queue = new TaskQueue(namespace, type, {
      dispatcher: this.dispatcher,
      readers: () => [...this.workers.values()].filter((worker) => worker.types.has(type)),
      post: (tasks) => this.post(namespace, type, tasks),
      onUnposted: (tasks) => this.cameBack(tasks, 'unroutable'),
    });
    this.queues.set(key, queue);
    return queue;
  }

  private post(namespace: Namespace, type: string, tasks: Written): boolean {
    if (!this.link!.post(namespace, type, tasks)) return false;
    this.parts.onFate('posted');
    return true;
  }

  private tell({ queue, format }: KnownWorker, cancelled: readonly CancelledAttempt[]): void {
    if (queue === undefined) return;
    this.link!.tell(queue, { contentType: `application/${format}`, body: written(format, { cancelled }) });
  }

  private lookLater(): void {
    if (this.stopped) return;
    this.cancelLook = this.parts.orchestration.ports.clock.after(LOOK_EVERY_MS, () => this.lookSoon());
  }

  /** One look after the other. */
  private lookSoon(): void {
    this.cancelLook();
    this.looking = this.looking
      .then(() => this.look())
      .catch(this.parts.onError)
      .finally(() => this.lookLater());
  }

  private async look(): Promise<void> {
    if (this.stopped) return;
    this.cancelLook();
    this.forgetSilent();
    for (const queue of this.queues.values()) queue.sweep();
    if (this.link!.trouble !== undefined) return this.closeAll();
    for (const name of this.dispatcher.backlog.queueNames()) {
      const [namespace, type] = name.split('/') as [Namespace, string];
      this.queueOf(namespace, type);
    }
    const isTimeForAll = this.isTimeForAll();
    for (const [key, queue] of this.queues) {
      if (!queue.opened || isTimeForAll) await this.lookAt(key, queue);
      if (queue.isIdle && !this.isRead(queue)) this.queues.delete(key);
    }
  }

  /** Whether all are looked at: now and then, and while there is something that may never have been posted. */
  private isTimeForAll(): boolean {
    return this.looks++ % LOOKS_BETWEEN === 0 || this.dispatcher.watch.hasUnposted();
  }

  private async lookAt(key: string, queue: TaskQueue): Promise<void> {
    try {
      const { readers, unread } = await this.link!.stateOf(queue.namespace, queue.type);
      if (this.stopped) return;
      this.broken.delete(key);
      if (readers > 0 || this.isRead(queue)) queue.open();
      else queue.close();
      if (unread === 0) this.dispatcher.watch.offerUnposted(queue.namespace, queue.type);
    } catch (error) {
      queue.close();
      if (!this.broken.has(key) && !this.stopped) this.parts.onError(error);
      this.broken.add(key);
    }
  }

  /** A worker of the type has been heard of, though it may not read just now: it is full, or connects again. */
  private isRead({ type }: TaskQueue): boolean {
    return [...this.workers.values()].some(({ types }) => types.has(type));
  }

  private forgetSilent(): void {
    const since = this.parts.orchestration.ports.clock.now() - LEASE_MS;
    for (const [id, { heardAt }] of this.workers) if (heardAt < since) this.workers.delete(id);
  }

  private closeAll(): void {
    for (const queue of this.queues.values()) queue.close();
  }

  private letGo({ id, leaseToken }: Pick<ReportedResult, 'id' | 'leaseToken'>): void {
    this.queueOfAttempt({ ...id, namespace: ANONYMOUS.namespace })?.letGo(id.id, attemptOf({ leaseToken }));
  }

  private letGoOf({ namespace, types }: KnownWorker, id: TaskId, attempt: number): void {
    for (const type of types) this.queues.get(queueKey(namespace, type))?.letGo(id, attempt);
  }

  private queueOfAttempt(attempt: Parameters<typeof attemptKey>[0]): TaskQueue | undefined {
    const type = this.dispatcher.leases.get(attemptKey(attempt))?.type;
    return type === undefined ? undefined : this.queues.get(queueKey(attempt.namespace, type));
  }

  private addressOf({ id: { workflow, ordinal }, leaseToken }: HeldAttempt) {
    return { namespace: ANONYMOUS.namespace, workflow, ordinal, leaseToken };
  }
}

function shownHeld({ id, leaseToken }: HeldAttempt) {
  return { id: id.id, leaseToken };
}
