import { type Line, harmless, pad, piece } from '../output/line.js';
import type { Ink } from '../output/style.js';

/** What was looked at, how it is, and what to do if it is not well. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly words: string;
  readonly fix?: string;
}

export const ok = (name: string, words: string): Finding => ({ name, state: 'ok', words });
export const warn = (name: string, words: string, fix: string): Finding => ({ name, state: 'warn', words, fix });
export const fail = (name: string, words: string, fix: string): Finding => ({ name, state: 'fail', words, fix });

const INKS: { readonly [state in Finding['state']]: Ink } = { ok: 'green', warn: 'yellow', fail: 'red' };

/** A finding in a line, and what to do in another. */
export function findingLines({ name, state, words, fix }: Finding): Line[] {
  const head = [piece(pad(state, 6), INKS[state]), piece(pad(name, 10), 'bold'), piece(harmless(words))];
  return fix === undefined ? [head] : [head, [piece(`${' '.repeat(16)}${harmless(fix)}`, 'cyan')]];
}
