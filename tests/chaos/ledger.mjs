import { existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** What a worker really did, written down when it begins: what is in the file outlives the worker. */
export class Ledger {
  #file;

  constructor(path) {
    this.#file = openSync(path, 'a');
  }

  begin(execution) {
    writeSync(this.#file, `${JSON.stringify(execution)}\n`);
  }
}

/** Every execution in a ledger. */
export function readLedger(path) {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/** Names that one process writes down and others read: a file each, in a directory. */
export class SharedSet {
  constructor(directory) {
    this.directory = directory;
  }

  add(name) {
    writeFileSync(join(this.directory, name), '');
  }

  has(name) {
    return existsSync(join(this.directory, name));
  }
}
