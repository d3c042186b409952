import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '@orrery/domain';
import type { Redis } from 'ioredis';
import { STREAM_SCRIPTS, type StreamCommands } from './stream-scripts.js';

const CONNECT_WITHIN_MS = 2_000;
const DISCONNECT_WITHIN_MS = 100;
/** What takes longer is gone around, in milliseconds, where it is not said. */
const ANSWER_WITHIN_MS = 50;
/** How often it is looked whether it answers again, and after how many looks in vain the connection is made anew. */
const LOOK_EVERY_MS = 250;
const LOOKS_MAX = 20;
/** How long it waits before it connects again: at most twice as long each time, and at most so long. */
const RETRY_MS = [50, 2_000] as const;
/** Trouble is told once, and new trouble no sooner than after this. */
const TELL_EVERY_MS = 60_000;

/** The client, with the scripts that it knows. */
export type Client = Redis & StreamCommands;

export interface LinkOptions {
  readonly url: string;
  /** How long an answer is waited for before Redis is gone around, in milliseconds; 50 if it is not said. */
  readonly answerWithinMs?: number;
  /** Told of times without it, at a bounded rate. */
  readonly onError: (error: unknown) => void;
}

/**
 * A connection to a Redis that nobody depends on: where it is away, or slow, it is not asked until it is back, and
 * whoever asks has no answer at once.
 */
export class RedisLink {
  private client: Client | undefined;
  private readonly subscribers: Redis[] = [];
  private isGoneAround = false;
  private reason: string | undefined = 'Redis is not connected';
  private toldAt = -Infinity;
  private readonly closing = new AbortController();
  private readonly opened: Promise<void>;

  constructor(private readonly options: LinkOptions) {
    this.opened = this.open().catch((error: Error) => this.away('Redis has no client', error));
  }

  /** Why it is not asked just now, in words; nothing if it is. */
  get trouble(): string | undefined {
    return this.reason;
  }

  /** Asks, and has no answer where there is none in time. */
  async ask<T>(command: (client: Client) => Promise<T>): Promise<T | undefined> {
    const { client } = this;
    if (client?.status !== 'ready' || this.isGoneAround) return undefined;
    try {
      return await command(client);
    } catch (error) {
      this.failed(client, error as Error);
      return undefined;
    }
  }

  /** Tells something that nobody waits for. */
  tell(command: (client: Client) => Promise<unknown>): void {
    void this.ask(command);
  }

  /** Hears a channel, on a connection of its own: what is said while that is lost is missed. */
  async subscribe(channel: string, hear: (message: string) => void): Promise<void> {
    await this.opened;
    // It waits for a Redis, and subscribes again whenever it is back.
    const waiting = { enableOfflineQueue: true, autoResendUnfulfilledCommands: true, maxRetriesPerRequest: null };
    const subscriber = this.client?.duplicate({ ...waiting, commandTimeout: undefined });
    if (!subscriber || this.closing.signal.aborted) return;
    this.subscribers.push(subscriber);
    // The connection beside it tells of what is the matter.
    subscriber.on('error', () => undefined);
    subscriber.on('message', (_, message) => hear(message));
    await subscriber.subscribe(channel).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.opened;
    for (const each of [this.client, ...this.subscribers]) each?.disconnect();
  }

  private async open(): Promise<void> {
    // Loaded when it is wanted: who has no Redis needs no client of it.
    const { Redis: Connection } = await import('ioredis');
    if (this.closing.signal.aborted) return;
    const { url, answerWithinMs = ANSWER_WITHIN_MS } = this.options;
    const client = new Connection(url, {
      connectionName: 'orrery',
      noDelay: true,
      keepAlive: 10_000,
      connectTimeout: CONNECT_WITHIN_MS,
      disconnectTimeout: DISCONNECT_WITHIN_MS,
      commandTimeout: answerWithinMs,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: backoffMs,
      scripts: STREAM_SCRIPTS,
    }) as Client;
    client.on('ready', () => this.back());
    client.on('error', (error) => this.away('Redis is not connected', error));
    client.on('close', () => this.away('Redis is not connected'));
    this.client = client;
  }

  /** A refusal is an answer; whatever else fails is no longer asked until it answers. */
  private failed(client: Client, error: Error): void {
    if (error.name === 'ReplyError') return this.report(error);
    if (this.isGoneAround || client.status !== 'ready') return;
    this.isGoneAround = true;
    void this.lookAgain(client).finally(() => (this.isGoneAround = false));
  }

  private async lookAgain(client: Client): Promise<void> {
    for (let looks = 0; client.status === 'ready' && !this.closing.signal.aborted; looks += 1) {
      const isBack = await client.ping().then(
        () => true,
        () => false,
      );
      if (isBack) return this.back();
      this.away('Redis does not answer in time');
      if (looks >= LOOKS_MAX) return client.disconnect(true);
      await sleep(LOOK_EVERY_MS, undefined, { ref: false, signal: this.closing.signal }).catch(() => undefined);
    }
  }

  private back(): void {
    this.reason = undefined;
  }

  private away(reason: string, cause?: Error): void {
    if (this.closing.signal.aborted) return;
    const isNews = this.reason === undefined || cause !== undefined;
    this.reason = reason;
    if (isNews) this.report(cause ?? new Error(reason));
  }

  private report({ message }: Error): void {
    const now = performance.now();
    if (now - this.toldAt < TELL_EVERY_MS) return;
    this.toldAt = now;
    this.options.onError(new Unavailable('redis.unreachable', `Redis is gone around until it is back: ${message}`));
  }
}

/** Anything up to twice the time before, so that many that lost it together do not come back together. */
function backoffMs(failures: number): number {
  return Math.random() * Math.min(RETRY_MS[1], RETRY_MS[0] * 2 ** failures);
}
