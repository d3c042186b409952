import { performance } from 'node:perf_hooks';
import type { Unavailable } from '@orrery/domain';
import { Client, type CustomTypesConfig, type QueryArrayConfig } from 'pg';
import { destroy, endAtOnce } from './end-at-once.js';
import { SETTLE, END_BACKEND, PING } from './lane-statements.js';
import { type PreparedQuery, runPrepared } from './prepared-statement.js';
import { UNIQUE_VIOLATION, sqlState, unreachable } from './sql-errors.js';

export type LaneQuery = Omit<QueryArrayConfig, 'rowMode' | 'types' | 'name'>;
export type LaneRow = readonly (string | null)[];
/** Sends one statement in the turn that it was given for; every column comes as text. */
export type Ask = (query: LaneQuery | PreparedQuery) => Promise<readonly LaneRow[]>;

export interface LaneSettings {
  /** How long a statement may take before the session is given up, in milliseconds. */
  readonly answerMs: number;
  /** How long the server lets a statement run, and one wait for a lock: less than `answerMs`, and than a missed beat. */
  readonly statementMs: number;
  readonly lockMs: number;
  /** The pauses between attempts to connect: doubled from the first to the last. */
  readonly retryMs: readonly [first: number, last: number];
}

const SETTINGS: LaneSettings = { answerMs: 9_000, statementMs: 8_000, lockMs: 3_000, retryMs: [50, 1_000] };
const CONNECT_MS = 5_000;
// libuv asks ten times, a second apart, once this has passed: a peer that is gone is noticed after about ten seconds.
const KEEP_ALIVE_MS = 1_000;
/** The columns as the server wrote them: nothing is parsed that nobody asked to be parsed. */
export const AS_TEXT = { getTypeParser: () => (text: string) => text } as unknown as CustomTypesConfig;

/** The session ended while a statement was under way: nobody knows whether it was carried out. */
export class SessionLost extends Error {
  override readonly name = 'SessionLost';
}

interface Backend {
  readonly pid: string;
  readonly startedAt: string;
}

/**
 * The one session that appends, and that holds the locks of the partitions: so a lock and a pending append end
 * together. It connects again by itself, and only once the backend it had before is gone, with all that it had begun.
 */
export class LaneSession {
  private readonly settings: LaneSettings;
  private client: Client | undefined;
  private tail: Promise<unknown> = Promise.resolve();
  private connecting: Promise<void> | undefined;
  private retryTimer: NodeJS.Timeout | undefined;
  private retries = 0;
  private current: Backend | undefined;
  private answered = -Infinity;
  private asked: { readonly client: Client; readonly sentAt: number } | undefined;
  private watch: NodeJS.Timeout | undefined;
  private closed = false;
  private readonly whenUp: (() => void)[] = [];
  private readonly whenLost: (() => void)[] = [];

  constructor(
    private readonly url: string,
    settings: Partial<LaneSettings> = {},
  ) {
    this.settings = { ...SETTINGS, ...settings };
  }

  /** Connects. If the first attempt fails it throws `Unavailable`, and goes on trying until it is closed. */
  async open(): Promise<void> {
    await this.connect();
  }

  /** The server's process behind this session, while there is one. */
  get backend(): Backend | undefined {
    return this.client && this.current;
  }

  onUp(listener: () => void): void {
    this.whenUp.push(listener);
  }

  onLost(listener: () => void): void {
    this.whenLost.push(listener);
  }

  /** Whether a statement that was sent at most so long ago has been answered by this session. */
  answeredWithin(ms: number): boolean {
    return this.client !== undefined && performance.now() - this.answered <= ms;
  }

  /**
   * Runs a piece of work that nothing else comes between, on the session there is now and on no later one. Without a
   * session it throws `Unavailable` at once; when the session ends under a statement, `SessionLost`.
   */
  run<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
    const client = this.client;
    if (!client) return Promise.reject(down());
    const turn = this.tail.then(() => {
      if (this.client !== client) throw down();
      return work((query) => this.ask(client, query));
    });
    this.tail = turn.catch(() => undefined);
    return turn;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.retryTimer);
    await this.connecting?.catch(() => undefined);
    await this.tail;
    const client = this.client;
    if (client) this.lost(client);
    if (client) await endAtOnce(client);
  }

  private connect(): Promise<void> {
    if (this.client) return Promise.resolve();
    this.connecting ??= this.attempt().finally(() => (this.connecting = undefined));
    return this.connecting;
  }

  private async attempt(): Promise<void> {
    const client = new Client({
      connectionString: this.url,
      application_name: 'orrery lane',
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      connectionTimeoutMillis: CONNECT_MS,
    });
    // Errors come with the statements they hit; what else there is to know is that the connection ended.
    client.on('error', () => destroy(client));
    client.once('end', () => this.lost(client));
    try {
      await client.connect();
      const backend = await this.settle(client);
      if (this.closed) throw new Error('closed while connecting');
      this.current = backend;
      this.client = client;
    } catch (error) {
      destroy(client);
      this.retryLater();
      throw unreachable(error);
    }
    this.retries = 0;
    for (const listener of this.whenUp) listener();
  }

  /** Makes a fresh connection the lane's session: its limits are set, and the session before it is over. */
  private async settle(client: Client): Promise<Backend> {
    const { statementMs, lockMs } = this.settings;
    const [row] = await this.ask(client, { text: SETTLE, values: [`${statementMs}`, `${lockMs}`] });
    const [pid, startedAt, isStandby] = row!;
    if (isStandby === 't') throw new Error('the database is a standby');
    const before = this.current;
    if (before) {
      const rows = await this.ask(client, { text: END_BACKEND, values: [before.pid, before.startedAt] });
      if (rows.some(([ended]) => ended !== 't')) throw new Error('the session before this one has not ended yet');
    }
    return { pid: pid!, startedAt: startedAt! };
  }

  private async ask(client: Client, query: LaneQuery | PreparedQuery): Promise<readonly LaneRow[]> {
    const sentAt = performance.now();
    this.asked = { client, sentAt };
    this.watch ??= this.watchFor(this.settings.answerMs);
    try {
      const rows = await run(client, query);
      this.answered = sentAt;
      return rows;
    } catch (error) {
      if (!(await this.isDefinite(client, error))) {
        this.lost(client);
        throw lostWith(error);
      }
      this.answered = sentAt;
      throw error;
    } finally {
      this.asked = undefined;
    }
  }

  /**
   * A session that does not answer is worth nothing: the locks it may still hold are not to be trusted either. One timer
   * watches over many statements, for one of its own would be a good part of what a small statement costs here.
   */
  private watchFor(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.watch = undefined;
      if (!this.asked) return;
      const leftMs = this.asked.sentAt + this.settings.answerMs - performance.now();
      if (leftMs > 0) this.watch = this.watchFor(leftMs);
      else destroy(this.asked.client);
    }, ms).unref();
  }

  /**
   * An error that leaves the session alive rolled the statement back. One that ends it tells nothing: it may have come
   * after the commit.
   */
  private async isDefinite(client: Client, error: unknown): Promise<boolean> {
    const state = sqlState(error);
    if (state === undefined) destroy(client);
    if (state === undefined || state === UNIQUE_VIOLATION) return state !== undefined;
    return client.query(PING).then(
      () => true,
      () => false,
    );
  }

  private lost(client: Client): void {
    if (this.client !== client) return;
    this.client = undefined;
    this.answered = -Infinity;
    for (const listener of this.whenLost) listener();
    this.retryLater();
  }

  private retryLater(): void {
    if (this.closed) return;
    const [first, last] = this.settings.retryMs;
    const pauseMs = Math.min(last, first * 2 ** this.retries);
    this.retries += 1;
    this.retryTimer = setTimeout(() => void this.connect().catch(() => undefined), pauseMs);
  }
}

/** Runs a statement on a connection; every column comes as text. */
export async function run(client: Client, query: LaneQuery | PreparedQuery): Promise<readonly LaneRow[]> {
  if ('name' in query) return runPrepared(client, query);
  return (await client.query<(string | null)[]>({ ...query, rowMode: 'array', types: AS_TEXT })).rows;
}

function down(): Unavailable {
  return unreachable(new Error('the lane has no session'));
}

function lostWith(cause: unknown): SessionLost {
  return new SessionLost('the session was lost before the statement was answered', { cause });
}
