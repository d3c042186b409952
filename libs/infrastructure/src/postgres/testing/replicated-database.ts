import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../embedded-postgres.js';
import { isServerOf } from '../embedded/processes.js';
import { temporaryDirectory } from './temporary-directory.js';

/** A server that streams from the primary. */
export interface Standby {
  readonly url: string;
  /** Replays nothing more, and takes no notice of what it is sent. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends it without a word, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again where it was. */
  start(): Promise<void>;
  /** Makes it a primary of its own. */
  promote(): Promise<void>;
  /** Starts it again as a replica of another primary. */
  follow(primaryUrl: string): Promise<void>;
}

/** A primary and its streaming replicas, private to a test. */
export interface ReplicatedDatabase {
  readonly url: string;
  readonly standbys: readonly Standby[];
  /** Ends the primary without a word, as a crash does. */
  kill(): Promise<void>;
  /** Starts the primary again where it was; the replicas find it by themselves. */
  start(): Promise<void>;
  /** Resolves when each of them has replayed what is committed by now. */
  caughtUp(): Promise<void>;
  stop(): Promise<void>;
}

const SETTINGS = {
  shared_buffers: '32MB',
  // A query that stands in the way of what is replayed is ended soon.
  max_standby_streaming_delay: '200ms',
  // A replica that is down finds what it lacks even after a crash of the primary.
  wal_keep_size: '512MB',
};

/** Starts them: the replicas begin as copies of the primary's data while it is stopped. */
export async function replicatedDatabase(replicas = 1, { connections = 100 } = {}): Promise<ReplicatedDatabase> {
  const directory = await temporaryDirectory();
  const open = (name: string, settings = {}) =>
    openEmbeddedPostgres({
      dataDirectory: join(directory, name),
      stateDirectory: directory,
      keepRunning: false,
      settings: { ...SETTINGS, max_connections: String(connections), ...settings },
    });
  const first = await open('primary');
  await first.stop();
  const names = Array.from({ length: replicas }, (_, n) => `standby-${n + 1}`);
  for (const name of names) await copyCluster(join(directory, 'primary'), join(directory, name));
  let primary = await open('primary');
  const standbys: StandbyServer[] = [];
  for (const name of names) {
    const standby = new StandbyServer((settings) => open(name, settings), join(directory, name, 'postgres'));
    await standby.follow(primary.url);
    standbys.push(standby);
  }
  return {
    url: primary.url,
    standbys,
    kill: () => killServer(join(directory, 'primary', 'postgres')),
    async start() {
      primary = await open('primary');
    },
    async caughtUp() {
      const lsn = await ask(primary.url, 'select pg_current_wal_flush_lsn()');
      for (const { url } of standbys) await until(url, `select pg_last_wal_replay_lsn() >= '${lsn as string}'`);
    },
    async stop() {
      for (const standby of standbys) await standby.stop();
      await primary.stop();
    },
  };
}

class StandbyServer implements Standby {
  private server: EmbeddedPostgres | undefined;
  private knownUrl = '';
  private primaryUrl = '';

  constructor(
    private readonly open: (settings: Record<string, string>) => Promise<EmbeddedPostgres>,
    private readonly cluster: string,
  ) {}

  get url(): string {
    return this.knownUrl;
  }

  async start(): Promise<void> {
    this.server = await this.open({ primary_conninfo: connectionInfo(this.primaryUrl), hot_standby: 'on' });
    this.knownUrl = this.server.url;
  }

  async pause(): Promise<void> {
    await ask(this.url, 'select pg_wal_replay_pause()');
    await until(this.url, `select pg_get_wal_replay_pause_state() = 'paused'`);
  }

  async resume(): Promise<void> {
    await ask(this.url, 'select pg_wal_replay_resume()');
  }

  async promote(): Promise<void> {
    await ask(this.url, 'select pg_promote()');
  }

  async follow(primaryUrl: string): Promise<void> {
    await this.stop();
    this.primaryUrl = primaryUrl;
    await this.start();
  }

  async kill(): Promise<void> {
    await killServer(this.cluster);
    this.server = undefined;
  }

  async stop(): Promise<void> {
    await this.server?.stop();
  }
}

async function killServer(cluster: string): Promise<void> {
  const pid = Number.parseInt(await readFile(join(cluster, 'postmaster.pid'), 'latin1'), 10);
  process.kill(pid, 'SIGKILL');
  while (isServerOf(pid, cluster)) await soon();
}

async function copyCluster(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, verbatimSymlinks: true });
  // The copy chooses a port of its own.
  await rm(join(to, 'port'), { force: true });
  await writeFile(join(to, 'postgres/standby.signal'), '');
}

function connectionInfo(url: string): string {
  const { hostname, port, username, password } = new URL(url);
  return `host=${hostname} port=${port} user=${username} password=${password}`;
}

/** What is asked here may be asked twice: what is replayed may end any query. */
async function ask(url: string, sql: string): Promise<unknown> {
  return askOnce(url, sql).catch((error: { code?: string }) => {
    if (error.code !== '40001') throw error;
    return ask(url, sql);
  });
}

async function askOnce(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url, application_name: 'orrery test' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return (rows[0] as unknown[])[0];
  } finally {
    await client.end();
  }
}

async function until(url: string, question: string): Promise<void> {
  while (!(await ask(url, question))) await soon();
}

function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}
