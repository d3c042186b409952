import { Client } from 'pg';
import { unreachable } from './sql-errors.js';

const RETRY_MS = [50, 1_000] as const;
const CONNECT_MS = 5_000;
const KEEP_ALIVE_MS = 1_000;

/** Listens on a connection of its own, made again whenever it is lost; what was announced in between is missed. */
export class ChannelListener {
  private client: Client | undefined;
  private retryTimer: NodeJS.Timeout | undefined;
  private retries = 0;
  private closed = false;

  constructor(
    private readonly url: string,
    private readonly channel: string,
    private readonly onPayload: (payload: string) => void,
  ) {}

  /** Resolves when it listens; throws `Unavailable` if it cannot. */
  async open(): Promise<void> {
    const client = new Client({
      connectionString: this.url,
      application_name: 'orrery notices',
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: CONNECT_MS,
    });
    this.client = client;
    client.on('error', () => client.connection.stream.destroy());
    client.on('notification', ({ payload }) => this.onPayload(payload ?? ''));
    try {
      await client.connect();
      await client.query(`listen ${this.channel}`);
    } catch (error) {
      client.connection.stream.destroy();
      throw unreachable(error);
    }
    this.retries = 0;
    client.once('end', () => this.openLater());
    if (this.closed) await client.end();
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.retryTimer);
    await this.client?.end();
  }

  private openLater(): void {
    if (this.closed) return;
    const pauseMs = Math.min(RETRY_MS[1], RETRY_MS[0] * 2 ** this.retries);
    this.retries += 1;
    this.retryTimer = setTimeout(() => void this.open().catch(() => this.openLater()), pauseMs);
  }
}
