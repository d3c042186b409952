import type { Notice } from '@orrery/application';
import type { Namespace, StreamId } from '@orrery/domain';
import { Client } from 'pg';
import { unreachable } from './sql-errors.js';

const CHANNEL = 'orrery_commits';
// A payload must be shorter than 8,000 bytes.
const PAYLOAD_BYTES = 7_900;
const RETRY_MS = [50, 1_000] as const;
const CONNECT_MS = 5_000;
const KEEP_ALIVE_MS = 1_000;

export const NOTIFY = { text: `select pg_notify('${CHANNEL}', payload) from unnest($1::text[]) as payload` };

/** As few payloads as hold these notices, each a JSON array of `[namespace, stream, partition, last version]`. */
export function payloadsOf(notices: readonly Notice[]): string[] {
  const payloads: string[] = [];
  let parts: string[] = [];
  let bytes = 2;
  for (const { namespace, stream, partition, lastVersion } of notices) {
    const part = JSON.stringify([namespace, stream, partition, lastVersion]);
    const partBytes = Buffer.byteLength(part) + 1;
    if (bytes + partBytes > PAYLOAD_BYTES && parts.length > 0) {
      payloads.push(`[${parts.join()}]`);
      parts = [];
      bytes = 2;
    }
    parts.push(part);
    bytes += partBytes;
  }
  if (parts.length > 0) payloads.push(`[${parts.join()}]`);
  return payloads;
}

/** What a payload says; nothing, where it is not one of ours: anybody may notify on a channel. */
export function noticesOf(payload: string): Notice[] {
  let parts: unknown;
  try {
    parts = JSON.parse(payload);
  } catch {
    return [];
  }
  return Array.isArray(parts) ? parts.filter(isPart).map(noticeOf) : [];
}

type Part = readonly [namespace: string, stream: string, partition: number, lastVersion: number];

function isPart(part: unknown): part is Part {
  return Array.isArray(part) && ['string', 'string', 'number', 'number'].every((type, at) => typeof part[at] === type);
}

function noticeOf([namespace, stream, partition, lastVersion]: Part): Notice {
  return { namespace: namespace as Namespace, stream: stream as StreamId, partition, lastVersion };
}

/** Listens on a connection of its own, made again whenever it is lost; what was announced in between is missed. */
export class NoticeListener {
  private client: Client | undefined;
  private retryTimer: NodeJS.Timeout | undefined;
  private retries = 0;
  private closed = false;

  constructor(
    private readonly url: string,
    private readonly onNotice: (notice: Notice) => void,
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
    client.on('notification', ({ payload }) => noticesOf(payload ?? '').forEach(this.onNotice));
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
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
