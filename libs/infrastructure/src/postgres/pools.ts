import { Client, type ClientBase, type ClientConfig, Pool, type PoolClient } from 'pg';

/**
 * A kind of work on the database, with connections of its own, so that one kind can never starve another.
 * `command`: appends, and reads in front of a decision. `follower`: views, timers, whatever follows the log.
 * `query`: what people and programs ask for.
 */
export type Purpose = 'command' | 'query' | 'follower';

export interface PoolSizes extends Readonly<Record<Purpose, number>> {
  /** So many more connections take commands when all of theirs are busy. */
  readonly overflow: number;
}

export type Pools = Readonly<Record<Purpose, Pool>> & {
  /** Waits for what is under way, then closes every connection. */
  close(): Promise<void>;
};

/** How long a session may work, wait for a lock, or hold a transaction open without a word; in milliseconds. */
export interface Patience {
  readonly statementMs: number;
  readonly lockMs: number;
  /** Short everywhere: an open transaction holds back the horizon of every reader of the log. */
  readonly idleInTransactionMs: number;
}

// What somebody waits for at the other end is worth no more after some ten seconds, by which a dead link is noticed, too.
const patience: Record<Purpose | 'session', Patience> = {
  command: { statementMs: 9_000, lockMs: 5_000, idleInTransactionMs: 5_000 },
  query: { statementMs: 9_000, lockMs: 2_000, idleInTransactionMs: 5_000 },
  session: { statementMs: 30_000, lockMs: 5_000, idleInTransactionMs: 5_000 },
  follower: { statementMs: 9_000, lockMs: 8_000, idleInTransactionMs: 10_000 },
};

export const POOL_SIZES: PoolSizes = { command: 20, query: 10, follower: 4, overflow: 10 };

/**
 * From a server that has fallen silent nobody hears that a statement took too long: so much later it counts as lost. Behind
 * a proxy a connection may stand, and be kept alive, whose server is long gone.
 */
const SILENCE_MS = 1_000;

/**
 * For the few statements of followers that may well take longer, in a transaction that has begun by the limits above: a
 * dead link is noticed by that.
 */
export const LONG = { statementMs: 60_000, answerMs: 60_000 + SILENCE_MS };

/** A peer that is gone without a word is noticed within about ten seconds, on both ends. */
const KEEPALIVE_MS = 5_000;

const onTheServer = `
  set tcp_keepalives_idle = 5;
  set tcp_keepalives_interval = 2;
  set tcp_keepalives_count = 3;
`;

/** How to open a connection of this name; what the session needs besides is set by `prepareSession`. */
function connectionTo(url: string, name: string): ClientConfig {
  return {
    connectionString: url,
    application_name: `orrery ${name}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_MS,
  };
}

/** By statement, not as a startup parameter: poolers that hold sessions, and are fine, refuse parameters unknown to them. */
async function prepareSession(
  client: ClientBase,
  { statementMs, lockMs, idleInTransactionMs }: Patience,
): Promise<void> {
  await client.query(`
    ${onTheServer}
    set statement_timeout = ${statementMs};
    set lock_timeout = ${lockMs};
    set idle_in_transaction_session_timeout = ${idleInTransactionMs};
  `);
}

/** The pools of one process. `onError` hears of idle connections that broke; the pool has replaced them by then. */
export function createPools(
  url: string,
  sizes: Partial<PoolSizes> = {},
  onError: (error: Error, purpose: Purpose) => void = () => undefined,
): Pools {
  const { overflow, ...most } = { ...POOL_SIZES, ...withoutUndefined(sizes) };
  const create = (purpose: Purpose): Pool => {
    const pool = new Pool({
      ...connectionTo(url, purpose),
      max: most[purpose] + (purpose === 'command' ? overflow : 0),
      idleTimeoutMillis: 60_000,
      query_timeout: patience[purpose].statementMs + SILENCE_MS,
      // A follower sends the statements of a transaction together: an open one holds back every reader of the log.
      pipeline: purpose === 'follower',
      // The pool waits for it, which its types do not say.
      onConnect: (client) => prepareSession(client, patience[purpose]) as unknown as void,
    });
    // Without a listener a connection that breaks while idle would end the process.
    return dropsWhatRests(pool.on('error', (error) => onError(error, purpose)));
  };
  const pools = { command: create('command'), query: create('query'), follower: create('follower') };
  return {
    ...pools,
    async close() {
      await Promise.all([pools.command.end(), pools.query.end(), pools.follower.end()]);
    },
  };
}

/** A replica that lets nobody in for so long is gone around; in milliseconds. */
const REPLICA_CONNECT_MS = 2_000;
const REPLICA_SILENCE_MS = patience.query.statementMs + SILENCE_MS;

/** Connections to a replica, for questions. What is wrong with it, whoever looks at it sees. */
export function createReplicaPool(url: string, size = POOL_SIZES.query): Pool {
  return createSilentPool(url, 'replica query', size, REPLICA_SILENCE_MS);
}

/** One connection to a server, to look whether it is there: it answers soon, or that is the answer. */
export function createLookPool(url: string): Pool {
  return createSilentPool(url, 'look', 1, REPLICA_CONNECT_MS);
}

function createSilentPool(url: string, name: string, max: number, silenceMs: number): Pool {
  const pool = new Pool({
    ...connectionTo(url, name),
    connectionTimeoutMillis: REPLICA_CONNECT_MS,
    query_timeout: silenceMs,
    max,
    idleTimeoutMillis: 60_000,
    onConnect: (client) => prepareSession(client, patience.query) as unknown as void,
  });
  return dropsWhatRests(pool.on('error', () => undefined));
}

/** What the driver says when nobody answers. */
const SILENT = 'Query read timeout';

/**
 * A connection on which the server has fallen silent is rarely the only one. Those that rest are given up with it, or each
 * would be found out by somebody who waits.
 */
function dropsWhatRests(pool: Pool): Pool {
  return pool.on('release', (error: Error | undefined) => {
    if (!error?.message?.includes(SILENT)) return;
    const ended = (client: PoolClient) => client.release(true);
    for (let resting = pool.idleCount; resting > 0; resting -= 1) pool.connect().then(ended, () => undefined);
  });
}

/**
 * One connection that is a session: it holds locks, or listens, for as long as it lives, and no pool takes it back.
 * The caller listens for its `error` and `end`, for with it goes whatever it held.
 */
export async function openSession(url: string, name: string, limits: Patience = patience.session): Promise<Client> {
  const client = new Client(connectionTo(url, name));
  // A connection may break before the caller has had the time to listen.
  client.on('error', () => undefined);
  await client.connect();
  await prepareSession(client, limits);
  return client;
}

/** What is given as undefined is not given. */
function withoutUndefined<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}
