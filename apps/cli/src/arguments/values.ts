import { parseDuration } from '@orrery/domain';
import { usageError } from '../cli-error.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const SAMPLE_ID = '0b632e79-2727-86db-92f4-eb6f8e6394b9';

/** The id of a run. Throws `CliError` for what cannot be one, before a server is asked. */
export function runId(written: string): string {
  if (UUID.test(written)) return written.toLowerCase();
  throw usageError(
    'bad-id',
    `"${written}" is no id of a run`,
    `An id looks like ${SAMPLE_ID}; orrery list shows those of the newest runs.`,
  );
}

/** The id of a dead letter. Throws `CliError`, too. */
export function letterId(written: string): string {
  if (UUID.test(written)) return written.toLowerCase();
  throw usageError(
    'bad-id',
    `"${written}" is no id of a dead letter`,
    `An id looks like ${SAMPLE_ID}; orrery dlq list shows those that wait.`,
  );
}

/** A duration, in milliseconds. Throws `CliError`. */
export function duration(option: string, written: string): number {
  const ms = parseDuration(written);
  if (ms !== undefined) return ms;
  throw usageError('bad-duration', `${option} is no duration: "${written}"`, 'Write 500ms, 30s, 5m, 2h or 7d.');
}

/** A whole number within bounds. Throws `CliError`. */
export function wholeNumber(option: string, written: string, [min, max]: readonly [number, number]): number {
  const number = /^\d{1,9}$/.test(written) ? Number(written) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw usageError('bad-number', `${option} must be a whole number from ${min} to ${max}, and is "${written}"`);
}

/** A point in time: RFC 3339, or a duration, so long ago. Throws `CliError`. */
export function instant(option: string, written: string, now: number): string {
  const ago = parseDuration(written);
  const time = ago === undefined ? Date.parse(written) : now - ago;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw usageError(
    'bad-time',
    `${option} is no time: "${written}"`,
    'Write 2026-01-31T12:00:00Z, or how long ago it was: 30m, 2h, 7d.',
  );
}

/** Labels, from `name=value` each. Throws `CliError`. */
export function labels(written: readonly string[]): { readonly [name: string]: string } | undefined {
  if (written.length === 0) return undefined;
  return Object.fromEntries(
    written.map((each) => {
      const at = each.indexOf('=');
      if (at > 0) return [each.slice(0, at), each.slice(at + 1)];
      throw usageError(
        'bad-label',
        `--label wants name=value, and got "${each}"`,
        `Write --label team=sky; several labels are several options.`,
      );
    }),
  );
}
