import { execFile, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import getPort from 'get-port';
import { connect } from 'amqplib';

const SERVER = 'rabbitmq-server';

/** Whether a spec may have a broker of its own, to kill. */
export function hasPrivateBroker(): boolean {
  return spawnSync('sh', ['-c', `command -v ${SERVER}`]).status === 0;
}

/** A RabbitMQ of a spec's own: it is killed, started again over the same data, ordered about, and removed. */
export async function startPrivateBroker() {
  const directory = mkdtempSync(join(tmpdir(), 'orrery-rabbit-'));
  const [port, distribution] = [await getPort(), await getPort()];
  const node = `orrery-${port}@localhost`;
  const pidFile = join(directory, 'pid');
  for (const name of ['data', 'log']) mkdirSync(join(directory, name));
  // Started by root it runs as another user.
  for (const name of ['', 'data', 'log']) chmodSync(join(directory, name), 0o777);
  const env = {
    ...process.env,
    RABBITMQ_NODENAME: node,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: join(directory, 'data'),
    RABBITMQ_LOG_BASE: join(directory, 'log'),
    RABBITMQ_PID_FILE: pidFile,
    RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, 'plugins'),
    RABBITMQ_CONFIG_FILE: join(directory, 'none'),
  };
  const url = `amqp://guest:guest@127.0.0.1:${port}`;
  const start = async () => {
    rmSync(pidFile, { force: true });
    spawn(SERVER, [], { env, stdio: 'ignore', cwd: directory, detached: true }).unref();
    while (!(await answers(url))) await pause(250);
  };
  const kill = async () => {
    if (!existsSync(pidFile)) return;
    const pid = Number(readFileSync(pidFile, 'utf8'));
    process.kill(pid, 'SIGKILL');
    while (await answers(url)) await pause(50);
  };
  /** A command of `rabbitmqctl`, such as `stop_app`. */
  const control = (...args: string[]) => promisify(execFile)('rabbitmqctl', ['-n', node, ...args], { env });
  const remove = async () => {
    await kill();
    rmSync(directory, { recursive: true, force: true });
  };
  await start();
  return { url, start, kill, control, remove };
}

async function answers(url: string): Promise<boolean> {
  const connection = await connect(url, { timeout: 2_000 }).catch(() => undefined);
  await connection?.close();
  return connection !== undefined;
}
