import { Client } from 'pg';
import { destroy, endAtOnce } from './end-at-once.js';
import { unreachable } from './sql-errors.js';

const RETRY_MS = [50, 1_000] as const;
const CONNECT_MS = 5_000;
const KEEP_ALIVE_MS = 1_000;
/** Behind a proxy a connection may stand whose server is long gone: so often it is asked whether it is there, in milliseconds. */
const ASK_EVERY_MS = 5_000;

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
    client.on('error', () => destroy(client));
    client.on('notification', ({ payload }) => this.onPayload(payload ?? ''));
    try {
      await client.connect();
      await client.query(`listen ${this.channel}`);
    } catch (error) {
      destroy(client);
      throw unreachable(error);
    }
    this.retries = 0;
    const asking = setInterval(() => void client.query('select 1').catch(() => destroy(client)), ASK_EVERY_MS).unref();
    client.once('end', () => {
      clearInterval(asking);
      this.openLater();
    });
    if (this.closed) destroy(client);
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.retryTimer);
    if (this.client) await endAtOnce(this.client);
  }

  private openLater(): void {
    if (this.closed) return;
    const pauseMs = Math.min(RETRY_MS[1], RETRY_MS[0] * 2 ** this.retries);
    this.retries += 1;
    this.retryTimer = setTimeout(() => void this.open().catch(() => this.openLater()), pauseMs);
  }
}
