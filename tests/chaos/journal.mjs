import { fdatasyncSync, openSync, writeSync } from 'node:fs';

/**
 * What was going to be done, on the disk before it is done, and what came of it: so that nothing the server acknowledged
 * can be forgotten by the one who checks.
 */
export class Journal {
  #file;
  #count = 0;
  intents = [];

  constructor(path) {
    this.#file = openSync(path, 'a');
  }

  /** Writes an intent down; returns it, to be given its outcome. */
  intend(operation, details) {
    const intent = { n: ++this.#count, operation, ...details, unknown: 0, at: Date.now() };
    this.#write({ ...intent, unknown: undefined });
    this.intents.push(intent);
    return intent;
  }

  /** `ok` or `refused`; an attempt without an answer is counted as unknown, and made again. */
  settle(intent, outcome, status, answer) {
    Object.assign(intent, { outcome, status, answer, tookMs: Date.now() - intent.at });
    this.#write({ n: intent.n, outcome, status });
  }

  #write(line) {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
    fdatasyncSync(this.#file);
  }
}
