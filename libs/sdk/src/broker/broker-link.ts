import type { Socket } from 'node:net';
import type { Channel, ChannelModel, ConsumeMessage, Message } from 'amqplib';
import { backoffMs } from '../backoff.js';
import { pause } from '../client/pause.js';
import { atMost } from '../worker/session.js';
import { type Codec, openCodec } from './codec.js';

const CONNECT_WITHIN_MS = 5_000;
const CLOSE_WITHIN_MS = 2_000;
const HEARTBEAT_S = 10;
/** What ends sooner than this has not worked. */
const WORKED_MS = 1_000;

/** A connection that is up. */
export interface Line {
  /** Tasks come by this one, and words by the other: what closes the one shall not keep the other silent. */
  readonly tasks: Channel;
  readonly words: Channel;
  /** Our own queue, for as long as the connection lasts. */
  readonly queue: string;
  readonly codec: Codec;
  /** Nothing goes through any more once it is not. */
  readonly isOpen: () => boolean;
  /** The broker takes nothing just now, though it hands out: what is said would only pile up here. */
  readonly isBlocked: () => boolean;
}

export interface LinkEvents {
  /** A rejection ends the connection. */
  onUp(line: Line): Promise<void>;
  /** Something came into our own queue. */
  onWord(message: ConsumeMessage, codec: Codec): void;
  /** There is no such queue. */
  onReturned(message: Message): void;
  onBlocked(why: string): void;
  onUnblocked(): void;
  onDown(why: string): void;
}

/** A connection to the broker that is made again whenever it is lost, for as long as it takes. */
export class BrokerLink {
  private readonly closing = new AbortController();
  private connection: ChannelModel | undefined;
  private channels: readonly Channel[] = [];
  private living: Promise<void> | undefined;
  private isDropped = false;
  private isBlocked = false;

  constructor(
    private readonly url: string,
    private readonly name: string,
    private readonly events: LinkEvents,
  ) {}

  open(): void {
    this.living ??= this.live();
  }

  /** This connection is of no use any more: another one is made. */
  drop(): void {
    this.isDropped = true;
    if (!this.closing.signal.aborted) void closed(this.connection);
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.isDropped = true;
    await closed(this.connection, this.channels);
    await this.living;
  }

  private async live(): Promise<void> {
    const { signal } = this.closing;
    for (let tries = 0; !signal.aborted;) {
      const began = performance.now();
      const why = await this.once().catch((error: unknown) => (error as Error).message);
      this.connection = undefined;
      this.channels = [];
      if (signal.aborted) return;
      this.events.onDown(why);
      tries = performance.now() - began > WORKED_MS ? 0 : tries + 1;
      await pause(backoffMs(tries), signal).catch(() => undefined);
    }
  }

  /** One connection, from its beginning to its end: why it ended. */
  private async once(): Promise<string> {
    const { connect } = await import('amqplib');
    const codec = await openCodec();
    const connection = await connect(withHeartbeat(this.url), {
      noDelay: true,
      keepAlive: true,
      timeout: CONNECT_WITHIN_MS,
      clientProperties: { connection_name: this.name },
    });
    gatherWrites(socketOf(connection));
    this.connection = connection;
    this.isDropped = this.closing.signal.aborted;
    this.isBlocked = false;
    let why = 'the connection was closed';
    const ended = new Promise<string>((resolve) => connection.on('close', () => resolve(why)));
    connection.on('error', (error: Error) => (why = error.message));
    connection.on('blocked', (reason) => {
      this.isBlocked = true;
      this.events.onBlocked(reason);
    });
    connection.on('unblocked', () => {
      this.isBlocked = false;
      this.events.onUnblocked();
    });
    try {
      if (!this.isDropped) await this.events.onUp(await this.lineOn(connection, codec));
    } catch (error) {
      await closed(connection);
      throw error;
    }
    if (this.closing.signal.aborted) await closed(connection);
    return ended;
  }

  private async lineOn(connection: ChannelModel, codec: Codec): Promise<Line> {
    let isOpen = true;
    const [tasks, words] = [await connection.createChannel(), await connection.createChannel()];
    this.channels = [tasks, words];
    for (const channel of this.channels) {
      channel.on('error', () => undefined);
      channel.on('close', () => {
        isOpen = false;
        this.drop();
      });
    }
    words.on('return', (message: Message) => this.events.onReturned(message));
    const { queue } = await words.assertQueue('', { exclusive: true, autoDelete: true });
    const onWord = (message: ConsumeMessage | null) => (message ? this.events.onWord(message, codec) : this.drop());
    await words.consume(queue, onWord, { noAck: true });
    return { tasks, words, queue, codec, isOpen: () => isOpen && !this.isDropped, isBlocked: () => this.isBlocked };
  }
}

/**
 * Resolves when it is closed: by word, or by force where nobody answers. The channels come first, each after what was last said
 * on it: the client sends the end of a connection ahead of that, and the broker then reads no further.
 */
async function closed(connection: ChannelModel | undefined, channels: readonly Channel[] = []): Promise<void> {
  if (!connection) return;
  // One that is closed already, or is being closed, says so by an error.
  const close = async () => {
    await Promise.allSettled(channels.map(async (channel) => channel.close()));
    await connection.close();
  };
  await atMost(
    CLOSE_WITHIN_MS,
    close().catch(() => undefined),
  );
  // With a reason, or the client goes on counting heartbeats of what is gone.
  socketOf(connection).destroy(new Error('closed'));
}

function socketOf({ connection }: ChannelModel): Socket {
  return (connection as unknown as { readonly stream: Socket }).stream;
}

/** Sends at once what is written in one turn: the client writes nearly each message by itself, which is a system call each. */
function gatherWrites(socket: Socket): void {
  const write = socket.write.bind(socket) as (...written: unknown[]) => boolean;
  let isGathering = false;
  const send = () => {
    isGathering = false;
    socket.uncork();
  };
  socket.write = (...written: unknown[]) => {
    if (!isGathering) {
      isGathering = true;
      socket.cork();
      process.nextTick(send);
    }
    return write(...written);
  };
}

function withHeartbeat(url: string): string {
  const parsed = new URL(url);
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', String(HEARTBEAT_S));
  return parsed.href;
}

/** The broker's URL as it may be shown. */
export function shownUrl(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
