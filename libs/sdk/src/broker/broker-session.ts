import { setImmediate as turn } from 'node:timers/promises';
import type { ConsumeMessage, Message, MessageProperties } from 'amqplib';
import { inBatches } from '../batches.js';
import type { HeldAttempt } from '../client/tasks.js';
import type { Refusal } from '../errors.js';
import type { Json } from '../json.js';
import type { Attempt } from '../worker/attempt.js';
import { Attempts } from '../worker/attempts.js';
import { Presence } from '../worker/presence.js';
import { BEAT_EVERY_MS, type Session, type SessionOptions, atMost } from '../worker/session.js';
import type { Answer } from '../worker/worker-frames.js';
import { AwaitedAnswers } from './awaited-answers.js';
import { BrokerLink, type Line, shownUrl } from './broker-link.js';
import { byOwner } from './by-owner.js';
import type { BodyFormat, Codec } from './codec.js';
import { BrokerNames } from './names.js';
import { Owners } from './owners.js';
import { type TakenTask, begun } from './posted-task.js';
import { Silence } from './silence.js';
import { TaskIntake } from './task-intake.js';
import { type Word, says, wordMessage } from './words.js';

/** What is still under way after so long is told of before its turn, in milliseconds. */
const FIRST_BEAT_AFTER_MS = 250;
/** How often it is looked what has not been answered, in milliseconds. */
const LOOK_EVERY_MS = 1_000;
/** For how long it asks who owns a run whose owner is gone, in milliseconds: a lease. */
const ASK_FOR_MS = 15_000;

/** How a worker uses a broker; each has a default. */
export interface BrokerOptions {
  /** What the names of queues begin with: `orrery`. */
  readonly prefix?: string;
  /** Whether what it says outlives a restart of the broker. It says it again in any case. */
  readonly durable?: boolean;
  /** How it writes, and is written to: `json`. */
  readonly format?: BodyFormat;
}

/** What an engine answers, or says by itself. */
interface Heard {
  readonly results?: readonly Answer[];
  readonly lost?: readonly HeldAttempt[];
  readonly cancelled?: readonly { readonly id: string; readonly attempt: number }[];
  readonly kept?: readonly string[];
}

/**
 * Does tasks that it reads from a broker. A result is kept, and its attempt beaten for, until an engine has answered after
 * recording it: the owner of the run, or any other where that one is gone.
 */
export class BrokerSession implements Session {
  private readonly link: BrokerLink;
  private readonly names: BrokerNames;
  private readonly attempts: Attempts;
  private readonly intake: TaskIntake;
  private readonly presence: Presence;
  private readonly silence: Silence;
  private readonly awaited = new AwaitedAnswers();
  private readonly owners: Owners;
  private readonly outbox = new Set<Attempt>();
  private sending: NodeJS.Immediate | undefined;
  private latest: Line | undefined;
  private said = 0;
  private askUntil = 0;
  private readonly timers: NodeJS.Timeout[] = [];
  private firstBeat: NodeJS.Timeout | undefined;

  constructor(private readonly options: SessionOptions & { readonly broker?: BrokerOptions }) {
    const { url, log, handlerOf, workerId, types, concurrency, broker } = options;
    const { prefix = 'orrery' } = broker ?? {};
    this.names = new BrokerNames(prefix);
    this.silence = new Silence(log, prefix);
    this.owners = new Owners(this.names.commands);
    this.presence = new Presence(log, shownUrl(url), workerId);
    this.attempts = new Attempts(handlerOf, log, {
      onResult: (attempt) => this.sendLater(attempt),
      onHeartbeat: (attempt, progress) => this.heartbeat(attempt, progress?.value),
      onRoom: () => this.intake.pump(),
    });
    this.intake = new TaskIntake({
      ...{ names: this.names, types, concurrency },
      room: () => concurrency - this.attempts.underWay,
      begin: (taken) => this.begin(taken),
      announce: () => this.beat(),
      onBroken: (error) => this.broken(error as Error),
      onMalformed: (why) => log.warn(`a message is no task, and was set aside in ${this.names.refusedTasks}: ${why}`),
    });
    this.link = new BrokerLink(url, `orrery worker ${workerId}`, {
      onUp: (line) => this.up(line),
      onWord: (message, codec) => this.hear(message, codec),
      onReturned: (message) => this.returned(message),
      onBlocked: (why) => log.warn(`the broker takes nothing just now, and what is to be said to it waits: ${why}`),
      onUnblocked: () => this.sayAll(),
      onDown: (why) => this.down(why),
    });
  }

  start(): void {
    this.link.open();
    this.timers.push(setInterval(() => this.beat(), BEAT_EVERY_MS));
    this.timers.push(setInterval(() => this.lookLate(), LOOK_EVERY_MS));
  }

  async drain(withinMs: number): Promise<void> {
    this.intake.leave();
    await atMost(withinMs, this.empty());
    for (const timer of this.timers) clearInterval(timer);
    clearTimeout(this.firstBeat);
    this.attempts.abandon();
    await this.link.close();
  }

  private async empty(): Promise<void> {
    for (;;) {
      await this.attempts.empty();
      if (this.intake.taken.length === 0) return;
      // What is announced begins in a turn to come.
      await turn();
    }
  }

  private async up(line: Line): Promise<void> {
    this.latest = line;
    this.sayAll();
    await this.intake.attach(line);
    this.presence.heard();
  }

  /** Says all that there is to say: nothing that was said before may have been heard. */
  private sayAll(): void {
    this.silence.begin();
    this.awaited.clear();
    this.beat();
    for (const attempt of this.attempts.unanswered()) this.sendLater(attempt);
  }

  private down(why: string): void {
    this.latest = undefined;
    this.intake.detach();
    this.presence.missed(why, this.attempts.size);
  }

  /** By which something can be said. */
  private get line(): Line | undefined {
    return this.latest?.isOpen() && !this.latest.isBlocked() ? this.latest : undefined;
  }

  private broken({ message }: Error): void {
    if (this.line) this.options.log.warn(`the broker refuses what is needed: ${message}`);
    this.link.drop();
  }

  private begin({ task, owner }: TakenTask): void {
    // Asked for before the client writes that the task is taken, so that what ends at once goes out in the same write.
    this.sendSoon();
    this.owners.begin(task.id, owner);
    this.attempts.take(begun(task));
    if (task.startsAtOnce) setImmediate(() => this.beatForNew());
    this.firstBeat ??= setTimeout(() => this.beatForNew(), FIRST_BEAT_AFTER_MS);
  }

  /** Lists everything it holds, to everyone who is to know of some of it. */
  private beat(): void {
    const waiting = this.intake.taken.map(({ task, owner }) => ({ id: task.id, leaseToken: task.leaseToken, owner }));
    const held = [...this.attempts.all().map((attempt) => this.listed(attempt)), ...waiting];
    this.owners.keepOnly(this.attempts.all());
    if (held.length === 0) return this.beatTo(this.names.commands, []);
    for (const [owner, some] of byOwner(held)) this.beatTo(owner, some);
  }

  /** Tells of what was begun and has not ended yet: a short task needs no beat of its own. */
  private beatForNew(): void {
    clearTimeout(this.firstBeat);
    this.firstBeat = undefined;
    const isNew = ({ id, result }: Attempt) => !result && this.owners.isNew(id);
    const held = this.attempts.all().filter(isNew);
    for (const [owner, some] of byOwner(held.map((attempt) => this.listed(attempt)))) this.beatTo(owner, some);
  }

  private listed({ id, leaseToken }: Attempt) {
    if (this.line) this.owners.list(id);
    return { id, leaseToken, startedAt: this.owners.startOf(id), owner: this.owners.of(id) };
  }

  private lookLate(): void {
    if (this.line) this.silence.look();
    this.sendByCommands(this.awaited.takeLate());
    if (performance.now() > this.askUntil) return;
    const held = this.attempts.all().map(({ id }) => id);
    if (this.owners.isAnyUnknown(held, this.intake.taken)) this.beat();
  }

  private beatTo(queue: string, attempts: readonly object[]): void {
    const { workerId, types, concurrency: slots } = this.options;
    this.say(queue, { type: 'BeatWorker', data: { workerId, slots, types, attempts } });
  }

  private heartbeat({ id, leaseToken }: Attempt, progress: Json | undefined): void {
    this.say(this.owners.of(id), {
      type: 'HeartbeatTask',
      data: { id, leaseToken, ...(progress === undefined ? {} : { progress }) },
    });
  }

  private sendLater(attempt: Attempt): void {
    this.outbox.add(attempt);
    this.sendSoon();
  }

  /** Sends what ends in this turn, together. */
  private sendSoon(): void {
    this.sending ??= setImmediate(() => {
      this.sending = undefined;
      const owned = [...this.outbox].map((attempt) => ({ attempt, owner: this.owners.of(attempt.id) }));
      this.outbox.clear();
      for (const [owner, some] of byOwner(owned)) {
        const ended = some.map((each) => each.attempt);
        this.sendTo(owner, ended);
      }
    });
  }

  /** The owner is gone or silent: any engine records them. */
  private sendByCommands(attempts: readonly Attempt[]): void {
    const held = new Set(this.attempts.unanswered());
    const unanswered = attempts.filter((attempt) => held.has(attempt));
    this.sendTo(this.names.commands, unanswered);
  }

  private sendTo(queue: string, attempts: readonly Attempt[]): void {
    // Without a connection they wait for the next one, which gathers all that was not answered.
    if (!this.line) return;
    const { workerId } = this.options;
    const sized = attempts.flatMap((attempt) => (attempt.result ? [{ attempt, ...attempt.result }] : []));
    for (const some of inBatches(sized)) {
      const results = some.map(({ report }) => report);
      const id = this.say(queue, { type: 'ReportTasks', data: { workerId, results } });
      this.awaited.add(
        id,
        queue,
        some.map(({ attempt }) => attempt),
      );
    }
  }

  private say(queue: string, word: Word): string {
    const id = String(++this.said);
    const { line } = this;
    if (!line) return id;
    const { workerId, broker = {} } = this.options;
    const { format = 'json', durable = false } = broker;
    const { body, properties } = wordMessage(word, { id, workerId, format, codec: line.codec });
    line.words.publish('', queue, body, { ...properties, persistent: durable, mandatory: true, replyTo: line.queue });
    return id;
  }

  private hear({ content, properties }: ConsumeMessage, codec: Codec): void {
    try {
      const said = codec.read(properties.contentType, content) as Heard & Partial<Refusal>;
      this.understand(said, properties);
    } catch (error) {
      // Thrown on, it would end the connection.
      this.options.log.warn(`somebody said what is not understood: ${(error as Error).message}`);
    }
  }

  private understand(said: Heard & Partial<Refusal>, properties: MessageProperties): void {
    const { results, lost = [], cancelled, kept = [] } = said;
    const asked = this.awaited.take(String(properties.correlationId));
    this.silence.end();
    for (const answer of results ?? []) this.attempts.answered(answer);
    this.attempts.lose(lost);
    if (Array.isArray(cancelled)) this.attempts.cancel(cancelled);
    for (const id of kept) this.owners.set(id, properties.replyTo as unknown);
    // The whole of it was refused: each of them was.
    if (!results) for (const { id } of asked) this.attempts.answered({ id, recorded: false, problem: said as Refusal });
    this.owners.keepOnly(this.attempts.all());
  }

  /** The queue that something was said to is gone, with whatever was said there before and not heard. */
  private returned({ fields, properties, content }: Message): void {
    const { commands } = this.names;
    // Nobody has declared that one yet: what must not be lost is said again when it has waited for its answer.
    if (fields.routingKey === commands) return;
    this.leaveOwner(fields.routingKey);
    if (says('ReportTasks', properties)) return;
    this.line?.words.publish('', commands, content, { ...properties, mandatory: true } as object);
  }

  /** Whoever owns its runs next hears what is here by asking everyone, until one answers or it can matter no more. */
  private leaveOwner(gone: string): void {
    this.sendByCommands(this.awaited.takeOf(gone));
    if (!this.owners.leave(gone, this.intake.taken)) return;
    this.askUntil = performance.now() + ASK_FOR_MS;
    this.beat();
  }
}
