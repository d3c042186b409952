// A process that runs Orrery as a library: started, asked by messages, and ended. What it can do is in engine-main.mjs.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('engine-main.mjs', import.meta.url));

export class EngineProcess {
  #child;
  #asked = new Map();
  #count = 0;

  constructor(child) {
    this.#child = child;
    child.on('message', ({ number, answer, error }) => {
      const { resolve, reject } = this.#asked.get(number);
      this.#asked.delete(number);
      if (error === undefined) resolve(answer);
      else reject(new Error(error));
    });
    child.once('exit', (code, signal) => {
      for (const { reject } of this.#asked.values()) reject(new Error(`the process ended (${code ?? signal})`));
    });
  }

  /** Resolves when Orrery is open there. */
  static async start(databaseUrl, { concurrency = 1_000 } = {}) {
    const process = new EngineProcess(fork(main));
    await process.ask('open', { databaseUrl, concurrency });
    return process;
  }

  get pid() {
    return this.#child.pid;
  }

  ask(what, given) {
    return new Promise((resolve, reject) => {
      this.#asked.set(++this.#count, { resolve, reject });
      this.#child.send({ number: this.#count, what, given });
    });
  }

  /** Hands everything over, and ends. */
  async close() {
    await this.ask('close');
    await this.#end();
  }

  /** Ends it without a word, if it has not ended. */
  async kill() {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) await this.#end('SIGKILL');
  }

  async #end(signal) {
    const exit = once(this.#child, 'exit');
    if (signal) this.#child.kill(signal);
    else this.#child.disconnect();
    await exit;
  }
}
