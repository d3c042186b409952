import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';

const bundle = fileURLToPath(new URL('../../dist/standalone.mjs', import.meta.url));
const READY_MS = 60_000;

/** The standalone server on data of its own: started, killed, and started again on the same port. */
export class Server {
  #child;
  #log;

  constructor(directory, port) {
    this.data = join(directory, 'data');
    this.url = `http://127.0.0.1:${port}`;
    this.port = port;
    this.#log = openSync(join(directory, 'server.log'), 'a');
  }

  static async in(directory) {
    return new Server(directory, await getPort());
  }

  /** Starts it, and waits until it says that it is ready; returns how long that took, in milliseconds. */
  async start() {
    const started = performance.now();
    const args = [bundle, '--port', String(this.port), '--data', this.data, '--no-examples', '--json'];
    // Tasks of the type http call a server of this script, and leave it alone for a moment when it fails too often.
    const http = { ORRERY_HTTP_ALLOW: '127.0.0.1', ORRERY_HTTP_CIRCUIT_PAUSE: '1s' };
    const env = { ...process.env, DATABASE_URL: '', ...http, LOG_LEVEL: 'warn' };
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', this.#log] });
    this.#child = child;
    for (const giveUpAt = Date.now() + READY_MS; Date.now() < giveUpAt; await sleep(20)) {
      if (await this.isReady()) return performance.now() - started;
      if (child.exitCode !== null) throw new Error(`the server ended with code ${child.exitCode} while it started`);
    }
    throw new Error(`the server was not ready within ${READY_MS} ms`);
  }

  async isReady() {
    try {
      return (await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok;
    } catch {
      return false;
    }
  }

  /** Kills it without a word; its PostgreSQL lives on, unless that is killed too. */
  async kill({ database = false } = {}) {
    const postmaster = database ? this.#postmaster()?.pid : undefined;
    if (postmaster) process.kill(postmaster, 'SIGKILL');
    await this.#end('SIGKILL');
  }

  /** Ends it the polite way; returns its exit code. */
  async stop() {
    await this.#end('SIGTERM');
    return this.#child?.exitCode;
  }

  async #end(signal) {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }

  /** Where its PostgreSQL answers, and by whose word. */
  databaseUrl() {
    const password = readFileSync(join(this.data, 'postgres', 'orrery.password'), 'utf8').trim();
    return `postgres://orrery:${password}@127.0.0.1:${this.#postmaster().port}/orrery`;
  }

  /** Ours, and at work: a number in a file that was left behind may be another's by now. */
  #postmaster() {
    const lines = linesOf(join(this.data, 'postgres', 'postmaster.pid'));
    if (!lines) return undefined;
    const pid = Number(lines[0]);
    return commandOf(pid).includes(this.data) ? { pid, port: Number(lines[3]) } : undefined;
  }

  /** Leaves nothing running, whatever happened before. */
  async remove() {
    await this.#end('SIGKILL');
    const postmaster = this.#postmaster();
    if (postmaster) process.kill(postmaster.pid, 'SIGINT');
    for (const giveUpAt = Date.now() + 10_000; this.#postmaster() && Date.now() < giveUpAt;) await sleep(50);
  }
}

/** Nothing where there is no such file, or no longer. */
function linesOf(file) {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return undefined;
  }
}

function commandOf(pid) {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
