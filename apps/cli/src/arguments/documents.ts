import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Json, Invalid, LIMITS, TooLarge, didYouMean, jsonSize, suggester } from '@orrery/domain';
import type { Cli } from '../cli.js';
import { CliError, type Place, usageError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';

/** A text with the name that a person knows it by. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** Reads a file, or standard input where it is called `-`. Throws `CliError`. */
export async function readSource(cli: Cli, file: string): Promise<Source> {
  if (file === '-') return sourceOf('standard input', await cli.readStdin());
  try {
    if ((await stat(file)).isDirectory()) throw notAFile(file);
    return sourceOf(file, await readFile(file));
  } catch (error) {
    throw await whyNotRead(error, file);
  }
}

/** Bytes that are not UTF-8 are refused: what came of them would be recorded as if it had been meant. */
function sourceOf(name: string, bytes: Uint8Array): Source {
  try {
    return { name, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    const [before = ''] = new TextDecoder().decode(bytes).split('\uFFFD', 1);
    const line = before.split(/\r\n|\n|\r/).length;
    throw usageError('not-utf8', `${name} is not UTF-8: see line ${line}`, 'Save it as UTF-8, and try again.');
  }
}

export const notAFile = (path: string) => usageError('is-directory', `${path} is a directory, not a file`);

async function whyNotRead(error: unknown, file: string): Promise<unknown> {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return usageError('no-file', `there is no file ${file}${didYouMean(await nearestFile(file))}`);
  if (code === 'EACCES') return usageError('unreadable-file', `${file} may not be read by this user`);
  // Whatever else the system says of it: a loop of links, a name that is too long, a broken disk.
  return /^E[A-Z_]+$/.test(code) ? usageError('unreadable-file', `${file} cannot be read: ${message}`) : error;
}

/** Whether an argument names a file rather than something registered. */
export async function isFile(argument: string): Promise<boolean> {
  if (argument === '-' || /[/\\]|\.(ya?ml|json)$/.test(argument)) return true;
  return stat(argument).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** The file in the same directory that may have been meant. */
async function nearestFile(file: string): Promise<string | undefined> {
  const names = await readdir(dirname(file)).catch(() => []);
  const meant = suggester(names)(basename(file));
  return meant === undefined ? undefined : join(dirname(file), meant);
}

export const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** JSON and YAML are told apart by how they begin: a JSON definition is an object. */
export const formatOf = ({ text }: Source): 'json' | 'yaml' => (/^\uFEFF?\s*\{/.test(text) ? 'json' : 'yaml');

/**
 * The JSON of an option: itself, or `@file`; `@-` is standard input. A number that is not kept exactly and a key that is
 * there twice are refused, as the server would refuse them. Throws `CliError` with the place of what is wrong.
 */
export async function jsonOption(cli: Cli, option: string, written: string): Promise<Json> {
  const source = written.startsWith('@') ? await readSource(cli, written.slice(1)) : { name: option, text: written };
  const { placeIn, readDocument } = await import('./definition-text.js');
  try {
    const { value } = readDocument(source, 'json');
    if (jsonSize(value, LIMITS.payloadBytes) > LIMITS.payloadBytes) throw tooLarge(option);
    return value;
  } catch (error) {
    // The reader has a limit of its own: what is larger than a definition may be is larger than a payload, too.
    if (error instanceof TooLarge) throw tooLarge(option);
    if (!(error instanceof Invalid)) throw error;
    const places = error.faults.slice(0, 1).map((fault) => placeIn(source, fault));
    throw isSyntax(error) ? notJson(option, written, places) : notKept(option, places);
  }
}

function tooLarge(option: string): CliError {
  return usageError('too-large', `${option} is larger than ${LIMITS.payloadBytes} bytes (payloadBytes)`);
}

const isSyntax = ({ faults }: Invalid) => /^document\.(syntax|empty)$/.test(faults[0]?.code ?? '');

/** It is JSON, and not everybody would read the same in it. */
function notKept(option: string, places: readonly Place[]): CliError {
  return new CliError({
    exitCode: EXIT.usage,
    code: 'usage.unreadable-json',
    what: `${option} cannot be taken as it is`,
    places,
  });
}

function notJson(option: string, written: string, places: readonly Place[]): CliError {
  const isBare = !written.startsWith('@') && !/^\s*[[{"]/.test(written);
  return new CliError({
    exitCode: EXIT.usage,
    code: 'usage.not-json',
    what: `${option} is not JSON`,
    places,
    fix: [
      isBare
        ? `A text needs quotes, an object braces: ${option} '{"photo":"mars.raw"}'. A file is @file.json.`
        : 'Keys and texts stand in double quotes; in a shell, put single quotes around the whole.',
    ],
  });
}
