import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataDirectory } from './data-directory.js';
import { EmbeddedPostgresError } from './errors.js';
import { choosePort, isFree } from './port.js';
import { disownPostmaster, findPostmaster, PATIENCE_MS, readPostmaster } from './postmaster.js';
import { isServerOf } from './processes.js';
import { openServerLog, readServerLog, serverLogOf } from './server-log.js';
import { serverSettings } from './settings.js';

/** A server at work: ours, or one that outlived the process that started it. */
export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  readonly adopted: boolean;
}

export interface ServerPlan {
  readonly directory: DataDirectory;
  /** The folder of binaries; asked for only when a server has to be started. */
  readonly binaries: () => Promise<string>;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Longer than any statement of ours may take. */
const OBSTACLES_PATIENCE_MS = 90_000;

/** Who looks for a server in order to start one holds this, so that two do not start at once. */
export const openingLockOf = ({ path }: DataDirectory) => join(path, 'opening.lock');

/** Adopts the server that runs on this data, or starts one. Given a port, that one and no other is used. */
export async function bringUp(plan: ServerPlan, fixedPort?: number): Promise<RunningServer> {
  for (const deadline = Date.now() + OBSTACLES_PATIENCE_MS; ; await sleep(200)) {
    const found = await findPostmaster(plan.directory);
    if (found) return { pid: found.pid, port: found.port, adopted: true };
    const port = fixedPort ?? (await choosePort(plan.directory));
    const { pid, said } = await startServer(plan, port);
    if (pid) return { pid, port, adopted: false };
    const passing = (await isPassing(said, plan.directory)) || (!fixedPort && !(await isFree(port)));
    if (!passing || Date.now() > deadline) throw startFailed(plan.directory, said);
  }
}

/** Whether what kept the server from starting will go away by itself. */
async function isPassing(said: string, directory: DataDirectory): Promise<boolean> {
  // Children of a server that was killed finish their statement before they notice.
  if (said.includes('pre-existing shared memory block')) return true;
  // A server that a process had started just before it was killed came up first.
  return (await findPostmaster(directory)) !== undefined;
}

/** Stops a server: clients are sent away, what is committed stays. Resolves when it is gone; at once if it was. */
export async function stopServer(pid: number, { cluster }: DataDirectory): Promise<void> {
  // After a minute, without the last checkpoint: the next start recovers from the WAL instead.
  for (const [signal, patienceMs] of [
    ['SIGINT', 60_000],
    ['SIGQUIT', 10_000],
  ] as const) {
    if (!isServerOf(pid, cluster)) return;
    try {
      process.kill(pid, signal);
    } catch {
      // It went in between.
      return;
    }
    for (const deadline = Date.now() + patienceMs; isServerOf(pid, cluster) && Date.now() < deadline;) await sleep(20);
  }
}

async function startServer(plan: ServerPlan, port: number): Promise<{ pid?: number; said: string }> {
  const { directory } = plan;
  const log = await openServerLog(directory);
  const { size } = await log.stat();
  const binaries = await plan.binaries();
  await disownPostmaster(directory);
  const settings = Object.entries({ ...serverSettings, ...plan.settings, port });
  const server = spawn(
    join(binaries, 'bin/postgres'),
    ['-D', directory.cluster, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      ...directory.user,
      cwd: '/',
      env: { LC_ALL: 'C' },
      stdio: ['ignore', log.fd, log.fd],
      // Ctrl-C goes to the whole group: on its own, the server waits until we have drained and stop it.
      detached: true,
    },
  );
  try {
    const isReady = await untilReady(server, directory);
    server.unref();
    return isReady ? { pid: server.pid, said: '' } : { said: await readServerLog(directory, size) };
  } finally {
    await log.close();
  }
}

/** The server writes into its pid file when it is ready: cheaper than knocking, and no stranger can answer. */
async function untilReady(server: ChildProcess, { cluster }: DataDirectory): Promise<boolean> {
  let ended = false;
  const end = once(server, 'exit').then(() => (ended = true));
  for (const deadline = Date.now() + PATIENCE_MS; !ended && Date.now() < deadline;) {
    const postmaster = await readPostmaster(cluster);
    if (postmaster?.pid === server.pid && postmaster?.status === 'ready') return true;
    await Promise.race([end, sleep(10)]);
  }
  return false;
}

function startFailed(directory: DataDirectory, said: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    /No space left/.test(said) ? 'data-directory.disk-full' : 'postgres.start-failed',
    `PostgreSQL did not start on ${directory.path}. It said:\n${said || '(nothing)'}`,
    `The whole of it is in ${serverLogOf(directory)}. Mend that, or set DATABASE_URL to a PostgreSQL of your own.`,
  );
}
