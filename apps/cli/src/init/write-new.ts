import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';

/** Writes files into a directory, which is made when missing. Throws `CliError`, before anything is written, if one is there. */
export async function writeNew(directory: string, files: { readonly [name: string]: string }): Promise<void> {
  const there = Object.keys(files).filter((name) => existsSync(join(directory, name)));
  if (there.length > 0) throw isThere(directory, there);
  try {
    await mkdir(directory, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text, { flag: 'wx' });
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!/^E[A-Z]+$/.test(code)) throw error;
    throw new CliError({ exitCode: EXIT.conflict, code: 'init.not-written', what: `it cannot be written: ${message}` });
  }
}

function isThere(directory: string, names: readonly string[]): CliError {
  return new CliError({
    exitCode: EXIT.conflict,
    code: 'init.there-already',
    what: `${directory} has ${names.join(', ')} already; nothing was written`,
    fix: ['Name a new directory: orrery init my-workflows.'],
  });
}
