import { randomUUID } from 'node:crypto';
import type { Channel, ConsumeMessage } from 'amqplib';
import type { Line } from './broker-link.js';
import type { BrokerNames } from './names.js';
import { type PostedTask, type TakenTask, tasksIn } from './posted-task.js';

/** What lies here unread for so long, because all slots are taken, goes back for others, in milliseconds. */
const HAND_BACK_AFTER_MS = 250;
const DETAIL_MAX = 1_000;

export interface IntakeOptions {
  readonly names: BrokerNames;
  readonly types: readonly string[];
  /** How many tasks are done at once. */
  readonly concurrency: number;
  /** How many more may begin now. */
  readonly room: () => number;
  readonly begin: (taken: TakenTask) => void;
  /** Tells the owners now of what is taken and has not begun. */
  readonly announce: () => void;
  /** The broker refuses what is needed of it; the connection is of no use. */
  readonly onBroken: (error: unknown) => void;
  /** Told of what is set aside. */
  readonly onMalformed: (why: string) => void;
}

/** A message that came and is not acknowledged yet. */
interface Unread {
  readonly message: ConsumeMessage;
  readonly tasks: readonly PostedTask[];
  readonly owner: string;
}

/**
 * Reads tasks from their queues. A message is acknowledged when its first task begins; one that another worker had before
 * and did not acknowledge, before that. A worker that is full steps out of the line, and gives back what it has not begun:
 * others may have room for it.
 */
export class TaskIntake {
  private latest: Line | undefined;
  private unread: Unread[] = [];
  /** Tasks of messages that are acknowledged, which have not begun. */
  private waiting: TakenTask[] = [];
  /** The same, which may not begin yet. */
  private announced: TakenTask[] = [];
  /** The consumers that there are, by the type that they read. */
  private readonly tags = new Map<string, string>();
  /** Whether it wants to stand in the line: the broker may not have heard of that yet. */
  private isInLine = false;
  private leaving = false;
  private turn: Promise<void> = Promise.resolve();
  private handBack: NodeJS.Timeout | undefined;

  constructor(private readonly options: IntakeOptions) {}

  /** What is taken and has not begun. */
  get taken(): readonly TakenTask[] {
    return [...this.waiting, ...this.announced];
  }

  private get line(): Line | undefined {
    return this.latest?.isOpen() ? this.latest : undefined;
  }

  /** A connection is up: it takes its place in the line. */
  async attach(line: Line): Promise<void> {
    this.detach();
    await this.options.names.declareRefused(line.tasks);
    await line.tasks.prefetch(this.options.concurrency);
    this.latest = line;
    this.isInLine = !this.leaving;
    await this.move();
  }

  /** The connection is gone, and what was not acknowledged with it: it comes to somebody. */
  detach(): void {
    this.latest = undefined;
    this.isInLine = false;
    this.unread = [];
    this.tags.clear();
  }

  /** Takes nothing new from now on. */
  leave(): void {
    this.leaving = true;
    this.stepOut();
  }

  /** Begins what there is room for. */
  pump(): void {
    while (this.options.room() > 0) {
      const next = this.waiting.shift() ?? this.open();
      if (!next) break;
      this.options.begin(next);
    }
    if (this.unread.length > 0) this.handBackLater();
    else if (!this.isInLine && !this.leaving && this.options.room() > 0) this.stepIn();
  }

  /** Takes the next message in hand, and gives back its first task. */
  private open(): TakenTask | undefined {
    const next = this.unread.shift();
    if (!next || !this.line) return undefined;
    this.line.tasks.ack(next.message);
    const taken = next.tasks.map((task) => ({ task, owner: next.owner }));
    if (next.message.fields.redelivered) this.announceFirst(taken);
    else this.waiting.push(...taken);
    return this.waiting.shift();
  }

  /**
   * Whoever had these is gone, and may be gone because of them. So the broker and their owners know that they are here
   * before they begin: if they end this process, too, they were attempts that count, and do not go on to the next worker.
   */
  private announceFirst(taken: readonly TakenTask[]): void {
    this.announced.push(...taken);
    this.options.announce();
    afterSending(() => {
      const begins = new Set(taken);
      this.announced = this.announced.filter((each) => !begins.has(each));
      this.waiting.push(...taken);
      this.pump();
    });
  }

  private came(channel: Channel, message: ConsumeMessage): void {
    const { line } = this;
    if (line?.tasks !== channel) return;
    if (!this.isInLine || this.leaving) return channel.nack(message);
    try {
      const { contentType, replyTo } = message.properties;
      if (typeof replyTo !== 'string') throw new Error('it has no reply-to: nobody could be told how it ended');
      const tasks = tasksIn(line.codec.read(contentType, message.content), new Set(this.options.types));
      this.unread.push({ message, tasks, owner: replyTo });
    } catch (error) {
      return this.setAside(line, message, (error as Error).message);
    }
    this.pump();
  }

  /** What is no task goes out of the way, whole and with its reason. */
  private setAside({ tasks, words }: Line, message: ConsumeMessage, why: string): void {
    const { contentType, messageId, correlationId, replyTo } = message.properties;
    const id = { 'orrery-aside-id': randomUUID() };
    const reason = { ...id, 'orrery-reason': 'request.invalid', 'orrery-detail': why.slice(0, DETAIL_MAX) };
    const { names, onMalformed } = this.options;
    words.publish('', names.refusedTasks, message.content, {
      ...{ contentType, messageId, correlationId, replyTo },
      persistent: true,
      headers: { ...reason, 'orrery-routing-key': message.fields.routingKey },
    });
    tasks.ack(message);
    onMalformed(why);
  }

  private handBackLater(): void {
    this.handBack ??= setTimeout(() => {
      this.handBack = undefined;
      if (this.unread.length > 0 && this.options.room() <= 0) this.stepOut();
    }, HAND_BACK_AFTER_MS);
  }

  private stepOut(): void {
    this.isInLine = false;
    for (const { message } of this.unread.splice(0)) this.line?.tasks.nack(message);
    this.moveLater();
  }

  private stepIn(): void {
    this.isInLine = true;
    this.moveLater();
  }

  /**
   * Goes where it wants to stand by now: each change of that has one more of these come later. What was wanted when it was
   * asked for may be long past: the broker can take longer to answer than the worker to be full and have room again.
   */
  private async takePlace(): Promise<void> {
    const { line, tags } = this;
    if (!line) return;
    for (const type of this.options.types) {
      const tag = tags.get(type);
      if (this.isInLine && tag === undefined) await this.consume(line, type);
      else if (!this.isInLine && tag !== undefined) {
        tags.delete(type);
        await line.tasks.cancel(tag);
      }
    }
  }

  private async consume(line: Line, type: string): Promise<void> {
    const queue = await this.options.names.declareTasks(line.tasks, type);
    const { consumerTag } = await line.tasks.consume(queue, (message) => {
      if (message) return this.came(line.tasks, message);
      // Somebody deleted the queue: it is declared again.
      if (this.line !== line) return;
      this.tags.delete(type);
      this.moveLater();
    });
    if (this.line === line) this.tags.set(type, consumerTag);
  }

  private moveLater(): void {
    this.move().catch(this.options.onBroken);
  }

  /** One change of place after the other. */
  private move(): Promise<void> {
    const moved = this.turn.then(() => this.takePlace());
    this.turn = moved.catch(() => undefined);
    return moved;
  }
}

/** What is said goes out in the turn after the next one: the client gathers it, and then the socket takes it. */
function afterSending(callback: () => void): void {
  setImmediate(() => void setImmediate(callback));
}
