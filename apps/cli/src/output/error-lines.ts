import type { CliError, Place } from '../cli-error.js';
import { type Line, harmless, piece } from './line.js';

/** How many places of one error are shown. */
const PLACES_MAX = 20;

/** An error as a person reads it: what, where with the line itself, why, and what to do. */
export function errorLines({ parts }: CliError): Line[] {
  const { what, places = [], why, fix = [] } = parts;
  const more = places.length - PLACES_MAX;
  return [
    [piece('error: ', 'red'), piece(harmless(what), 'bold')],
    ...places.slice(0, PLACES_MAX).flatMap(placeLines),
    ...(more > 0 ? [[piece(`  … and ${more} more`, 'dim')]] : []),
    ...(why ? [[piece(`  ${harmless(why)}`)]] : []),
    ...fix.map((line) => [piece(`  ${line}`, 'cyan')]),
  ];
}

/** One fault, its line, and a caret under what is wrong. */
export function placeLines({ message, source, line, column, text, hint, severity }: Place): Line[] {
  const where = [source, line, column].filter((part) => part !== undefined).join(':');
  const head = [
    piece(`  ${where}  `, 'bold'),
    ...(severity === 'warning' ? [piece('warning: ', 'yellow')] : []),
    piece(harmless(message)),
  ];
  return [head, ...excerpt(text, line, column), ...(hint ? [[piece(`      ${harmless(hint)}`, 'cyan')]] : [])];
}

function excerpt(text: string | undefined, line: number | undefined, column = 1): Line[] {
  if (text === undefined || line === undefined) return [];
  const number = String(line).padStart(6);
  // A tab is as wide as a terminal likes: both lines get the same ones.
  const shift = [...text.slice(0, column - 1)].map((character) => (character === '\t' ? '\t' : ' ')).join('');
  return [
    [piece(`${number} | `, 'dim'), piece(text.replace(/[^\t\P{Cc}]/gu, ''))],
    [piece(`${' '.repeat(number.length)} | `, 'dim'), piece(`${shift}^`, 'red')],
  ];
}

/** The same for programs. */
export function errorObject({ parts }: CliError): object {
  const { code, what, places = [], why, fix = [], exitCode } = parts;
  return { error: { code, message: what, ...(why ? { why } : {}), fix, places, exitCode } };
}
