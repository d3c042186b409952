import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_MS = 60_000;
const STOP_MS = 40_000;
const RESTART_MS = 1_000;

/** A process that is started again when it ends by itself, as whoever runs it in earnest would do. */
export class Child {
  /** How often it ended though nobody had asked it to. */
  endings = [];
  #process;
  #isWanted = false;
  #log;

  /** `readyUrl` is where it says that it is ready; a process without one is ready when it is there. */
  constructor({ name, kind, args, env, directory, readyUrl }) {
    Object.assign(this, { name, kind, args, env, directory, readyUrl });
    this.#log = openSync(join(directory, `${name}.log`), 'a');
  }

  async start() {
    this.#isWanted = true;
    if (!this.isRunning) this.#spawn();
    for (const giveUpAt = Date.now() + READY_MS; Date.now() < giveUpAt; await sleep(50)) {
      if (await this.isReady()) return;
    }
    throw new Error(`${this.name} was not ready within ${READY_MS} ms`);
  }

  get isRunning() {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  async isReady() {
    if (!this.isRunning) return false;
    if (!this.readyUrl) return true;
    try {
      return (await fetch(this.readyUrl, { signal: AbortSignal.timeout(2_000) })).ok;
    } catch {
      return false;
    }
  }

  kill() {
    return this.#end('SIGKILL');
  }

  /** Ends it the polite way: its exit code, or the signal that it had died of by then; nothing if it had to be killed. */
  async stop() {
    const child = this.#process;
    const ended = this.#end('SIGTERM');
    const isLate = sleep(STOP_MS, true, { ref: false });
    if (await Promise.race([ended, isLate])) {
      await this.kill();
      return undefined;
    }
    return child?.exitCode ?? child?.signalCode;
  }

  freeze() {
    this.#process?.kill('SIGSTOP');
  }

  thaw() {
    this.#process?.kill('SIGCONT');
  }

  #spawn() {
    const child = spawn(process.execPath, this.args, {
      cwd: this.directory,
      env: { ...process.env, ...this.env },
      stdio: ['ignore', this.#log, this.#log],
    });
    this.#process = child;
    child.once('exit', (code, signal) => {
      if (!this.#isWanted) return;
      this.endings.push(code ?? signal);
      setTimeout(() => this.#isWanted && !this.isRunning && this.#spawn(), RESTART_MS);
    });
  }

  async #end(signal) {
    this.#isWanted = false;
    if (!this.isRunning) return;
    const exit = once(this.#process, 'exit');
    this.#process.kill(signal);
    await exit;
  }
}
