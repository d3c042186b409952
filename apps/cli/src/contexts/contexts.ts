import { didYouMean, suggester } from '@orrery/domain';
import { CliError, usageError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';

/** Servers by the names that somebody gave them, and which of them is meant where nothing else says so. */
export interface Contexts {
  readonly current: string | undefined;
  readonly servers: ReadonlyMap<string, Server>;
}

export interface Server {
  readonly url: string;
}

export const NO_CONTEXTS: Contexts = { current: undefined, servers: new Map() };

/** A name that may be given. Throws `CliError`. */
export function contextName(written: string): string {
  if (/^[A-Za-z0-9][\w.-]{0,63}$/.test(written)) return written;
  throw usageError(
    'bad-context',
    `"${written}" cannot be the name of a context`,
    'It has at most 64 letters, digits and _.-, and begins with a letter or a digit.',
  );
}

/** The server with this name. Throws `CliError` if there is none. */
export function serverCalled(name: string, { servers }: Contexts): Server {
  const found = servers.get(name);
  if (found) return found;
  const names = [...servers.keys()];
  throw new CliError({
    exitCode: EXIT.notFound,
    code: 'context.not-found',
    what: `there is no context "${name}"${didYouMean(suggester(names)(name))}`,
    fix: [names.length === 0 ? 'Make one: orrery context set NAME URL.' : `There are ${names.join(', ')}.`],
  });
}

/** As they are kept, as JSON. */
export function contextsText({ current, servers }: Contexts): string {
  return `${JSON.stringify({ current: current ?? null, contexts: Object.fromEntries(servers) }, undefined, 2)}\n`;
}

/** Reads what `contextsText` wrote; nothing if it is something else. */
export function contextsIn(text: string): Contexts | undefined {
  const kept = parsed(text);
  if (!isObject(kept) || !isObject(kept['contexts'])) return undefined;
  const { current } = kept;
  const servers = Object.entries(kept['contexts']);
  if (current !== null && typeof current !== 'string') return undefined;
  if (!servers.every((entry): entry is [string, { url: string }] => isServer(entry[1]))) return undefined;
  return { current: current ?? undefined, servers: new Map(servers.map(([name, { url }]) => [name, { url }])) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isServer = (value: unknown) => isObject(value) && typeof value['url'] === 'string';
