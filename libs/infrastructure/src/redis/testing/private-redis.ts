import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import getPort from 'get-port';
import { Redis } from 'ioredis';
import { answers } from './test-redis.js';

const SERVER = 'redis-server';

/** Whether a spec may have a Redis of its own, to kill. */
export function hasPrivateRedis(): boolean {
  return spawnSync('sh', ['-c', `command -v ${SERVER}`]).status === 0;
}

/** A Redis of a spec's own. */
export type PrivateRedis = Awaited<ReturnType<typeof startPrivateRedis>>;

/** A Redis of a spec's own: it is killed, started again with nothing in it, made to hang, and removed. */
export async function startPrivateRedis() {
  const directory = mkdtempSync(join(tmpdir(), 'orrery-redis-'));
  const port = await getPort();
  const url = `redis://127.0.0.1:${port}`;
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory];
  let server: ChildProcess;
  const start = async () => {
    server = spawn(SERVER, settings, { stdio: 'ignore' });
    while (!(await answers(url))) await pause(20);
  };
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exit = once(server, 'exit');
    server.kill('SIGKILL');
    await exit;
  };
  const hang = () => void server.kill('SIGSTOP');
  const resume = () => void server.kill('SIGCONT');
  /** Does something with a client of its own. */
  const use = async <T>(work: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(url);
    try {
      return await work(client);
    } finally {
      client.disconnect();
    }
  };
  const remove = async () => {
    await kill();
    rmSync(directory, { recursive: true, force: true });
  };
  await start();
  return { url, start, kill, hang, resume, use, remove };
}
