import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { type Contexts, NO_CONTEXTS, contextsIn, contextsText } from './contexts.js';

/** The contexts that are kept in a file; none where there is no file. Throws `CliError` for one that cannot be read. */
export function readContexts(file: string | undefined): Contexts {
  const text = textOf(file);
  if (text === undefined) return NO_CONTEXTS;
  const contexts = contextsIn(text);
  if (contexts) return contexts;
  throw unusable(`${file} does not hold contexts`, 'Mend it, or remove it: orrery context set writes a new one.');
}

function textOf(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unusable(`the contexts cannot be read: ${message}`, `Mend ${file}, or name the server: --url.`);
  }
}

/** Keeps contexts in a file; whoever reads it meanwhile finds the old one or the new one. Throws `CliError`. */
export function writeContexts(file: string | undefined, contexts: Contexts): void {
  if (file === undefined) throw unusable('there is no folder to keep contexts in', 'Set HOME, or XDG_CONFIG_HOME.');
  const beside = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(beside, contextsText(contexts), { mode: 0o600 });
    renameSync(beside, file);
  } catch (error) {
    throw unusable(`the contexts cannot be kept: ${(error as Error).message}`, 'Mend that, or set XDG_CONFIG_HOME.');
  }
}

function unusable(what: string, ...fix: readonly string[]): CliError {
  return new CliError({ exitCode: EXIT.usage, code: 'context.unusable', what, fix });
}
