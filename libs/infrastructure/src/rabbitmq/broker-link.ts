import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '@orrery/domain';
import type { Channel, ChannelModel } from 'amqplib';

const CONNECT_WITHIN_MS = 5_000;
const SET_UP_WITHIN_MS = 30_000;
const CLOSE_WITHIN_MS = 2_000;
const HEARTBEAT_S = 10;
/** How long it waits before it connects again: at most twice as long each time, and at most so long. */
const RETRY_MS = [100, 5_000] as const;
/** What ends sooner than this has not worked. */
const WORKED_MS = 1_000;
/** The broker's own fault: RabbitMQ 3.10 has it for who reads from a quorum queue that another process has just declared. */
const INTERNAL_ERROR = 541;
/** So often in a row that goes without a word, since it passes by itself. */
const FORGIVEN_MAX = 3;

export interface LinkOptions {
  readonly url: string;
  /** What the connection is for, as the broker's operators see it. */
  readonly name: string;
  /** Told once of every time without the broker. */
  readonly onError: (error: unknown) => void;
  /** Makes of a new connection what is needed, and names the channels on it that speak; a rejection ends it. */
  readonly setUp: (connection: ChannelModel) => Promise<readonly Channel[]>;
}

/** A connection to the broker that is made again whenever it is lost, for as long as it takes. */
export class BrokerLink {
  private connection: ChannelModel | undefined;
  private channels: readonly Channel[] = [];
  private ended: () => void = () => undefined;
  private isUp = false;
  private failure: unknown;
  private blockedBy: string | undefined;
  private readonly closing = new AbortController();
  private readonly life: Promise<void>;

  constructor(private readonly options: LinkOptions) {
    this.life = this.live();
  }

  /** Why nothing goes through just now, in words; nothing if it does. */
  get trouble(): string | undefined {
    if (!this.isUp) return 'RabbitMQ is not connected';
    return this.blockedBy === undefined ? undefined : `RabbitMQ takes nothing just now: ${this.blockedBy}`;
  }

  /** This connection is of no use any more: another one is made. */
  drop(reason: unknown): void {
    this.failure ??= reason;
    this.isUp = false;
    if (this.connection && !this.closing.signal.aborted) void closed(this.connection).then(this.ended);
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.isUp = false;
    if (this.connection) await closed(this.connection, this.channels).then(this.ended);
    await this.life;
  }

  private async live(): Promise<void> {
    let failures = 0;
    let isTold = false;
    while (!this.closing.signal.aborted) {
      const began = performance.now();
      await this.once().catch((error: unknown) => (this.failure ??= error));
      this.isUp = false;
      this.connection = undefined;
      this.channels = [];
      failures = performance.now() - began > WORKED_MS ? 0 : failures + 1;
      // Once, and not at every attempt that fails the same way.
      if (failures <= 1) isTold = false;
      if (!isTold && !this.isForgiven(failures) && !this.closing.signal.aborted) {
        isTold = true;
        this.options.onError(unreachable(this.failure));
      }
      this.failure = undefined;
      await sleep(backoffMs(failures), undefined, { ref: false, signal: this.closing.signal }).catch(() => undefined);
    }
  }

  private isForgiven(failures: number): boolean {
    const { code } = (this.failure ?? {}) as { readonly code?: unknown };
    return code === INTERNAL_ERROR && failures > 0 && failures <= FORGIVEN_MAX;
  }

  /** One connection, from its beginning to its end. */
  private async once(): Promise<void> {
    const { url, name, setUp } = this.options;
    // Loaded when it is wanted: who has no broker needs no client of it.
    const { connect } = await import('amqplib');
    const connection = await connect(withHeartbeat(url), {
      noDelay: true,
      keepAlive: true,
      timeout: CONNECT_WITHIN_MS,
      clientProperties: { connection_name: name },
    });
    gatherWrites(socketOf(connection));
    const ended = new Promise<void>((resolve) => (this.ended = resolve));
    connection.on('close', this.ended);
    connection.on('error', (error) => (this.failure ??= error));
    connection.on('blocked', (reason) => (this.blockedBy = reason));
    connection.on('unblocked', () => (this.blockedBy = undefined));
    this.blockedBy = undefined;
    this.connection = connection;
    if (this.closing.signal.aborted) return closed(connection);
    try {
      this.channels = await within(SET_UP_WITHIN_MS, setUp(connection));
    } catch (error) {
      await closed(connection);
      throw error;
    }
    this.isUp = true;
    await ended;
  }
}

/**
 * Resolves when it is closed: by word, or by force where nobody answers. The channels come first, each after what was last said
 * on it: the client sends the end of a connection ahead of that, and the broker then reads no further.
 */
async function closed(connection: ChannelModel, channels: readonly Channel[] = []): Promise<void> {
  // One that is closed already, or is being closed, says so by an error.
  const close = async () => {
    await Promise.allSettled(channels.map(async (channel) => channel.close()));
    await connection.close();
  };
  await within(CLOSE_WITHIN_MS, close()).catch(() => undefined);
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

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms).unref();
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function withHeartbeat(url: string): string {
  const parsed = new URL(url);
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', String(HEARTBEAT_S));
  return parsed.href;
}

/** Anything up to twice the time before, so that many that lost it together do not come back together. */
function backoffMs(failures: number): number {
  return Math.random() * Math.min(RETRY_MS[1], RETRY_MS[0] * 2 ** failures);
}

function unreachable(cause: unknown): Unavailable {
  const { message } = (cause ?? {}) as { readonly message?: string };
  const words = message === undefined ? '' : `: ${message}`;
  return new Unavailable('broker.unreachable', `RabbitMQ is away, and is tried again until it is back${words}`);
}
