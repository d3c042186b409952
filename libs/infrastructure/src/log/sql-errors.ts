import { Invalid, Unavailable } from '@orrery/domain';

export const UNIQUE_VIOLATION = '23505';

// What goes wrong in the ordinary way, by SQLSTATE or its class. None of it left anything behind: the statement was a
// transaction of its own, and it rolled back.
const PASSING: readonly (readonly [state: string, code: string, message: string])[] = [
  ['53100', 'log.disk-full', 'the disk of the database is full'],
  ['53', 'log.out-of-resources', 'the database is out of memory or connections'],
  ['25006', 'log.read-only', 'the database takes no writes just now'],
  ['40', 'log.serialization', 'the database rolled the transaction back; it may be tried again'],
  ['55P03', 'log.timeout', 'the database waited too long for a lock'],
  ['57014', 'log.timeout', 'the database took too long'],
  ['57', 'log.unreachable', 'the database is stopping or starting'],
  ['58', 'log.io-error', 'the database cannot read or write its disk'],
  ['08', 'log.unreachable', 'the connection to the database was lost'],
];

// Texts that PostgreSQL cannot hold: a NUL, or what is no JSON.
const UNSTORABLE = new Set(['22021', '22P02', '22P05', '54001']);

/** The SQLSTATE of an error that the server sent, or nothing if it did not come from the server. */
export function sqlState(error: unknown): string | undefined {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && severity !== undefined ? code : undefined;
}

/** The error as the core knows it. One that fits nothing here is a bug, and stays what it is. */
export function asDomainError(error: unknown): unknown {
  const state = sqlState(error);
  if (state === undefined) return isNetworkError(error) ? unreachable(error) : error;
  if (UNSTORABLE.has(state)) {
    return causedBy(
      error,
      new Invalid('log.unstorable', `the database cannot store this: ${(error as Error).message}`),
    );
  }
  const known = PASSING.find(([prefix]) => state.startsWith(prefix));
  return known ? causedBy(error, new Unavailable(known[1], known[2], 1000, { sqlState: state })) : error;
}

/** No connection, or none that answers. */
export function unreachable(cause: unknown): Unavailable {
  return causedBy(cause, new Unavailable('log.unreachable', 'the database cannot be reached'));
}

/** Runs a read, and tells its failure in the core's words. */
export async function inDomainWords<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw asDomainError(error);
  }
}

// What Node and the driver say when a socket or an attempt to connect fails. The driver has no class for it.
const DRIVER_LOST =
  /^(Connection terminated|timeout expired|timeout exceeded|Client (has encountered|was closed)|Query read timeout)/;

function isNetworkError(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return true;
  return typeof message === 'string' && DRIVER_LOST.test(message);
}

function causedBy<E extends Error>(cause: unknown, error: E): E {
  error.cause = cause;
  return error;
}
