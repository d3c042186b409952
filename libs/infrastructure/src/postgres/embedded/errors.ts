import { Unavailable } from '@orrery/domain';

/** A fault of the embedded PostgreSQL that the person at the keyboard can mend: what is wrong, where, and the way out. */
export class EmbeddedPostgresError extends Unavailable {
  constructor(
    code: string,
    readonly what: string,
    readonly fix: string,
    options?: ErrorOptions,
  ) {
    super(code, `${what}\n${fix}`, undefined, { what, fix });
    this.cause = options?.cause;
  }
}

/** Another process holds the claim on a data directory. */
export class DataDirectoryInUse extends EmbeddedPostgresError {
  constructor(
    readonly dataDirectory: string,
    readonly holder: { readonly pid: number; readonly host: string; readonly url?: string },
    lockFile: string,
  ) {
    const where = holder.url ? ` It answers at ${holder.url}.` : '';
    super(
      'data-directory.in-use',
      `The data directory ${dataDirectory} is in use by process ${holder.pid} on ${holder.host}.${where}`,
      `Use that one, stop it (kill ${holder.pid}), or choose another directory with --data. If it is gone for good, delete ${lockFile}.`,
    );
  }
}

const notWritable = { code: 'data-directory.not-writable', fix: 'Make it writable for this user' };
const notADirectory = { code: 'data-directory.not-a-directory', fix: 'Move the file away' };
const diskFull = { code: 'data-directory.disk-full', fix: 'Free some space' };

const faults: Record<string, { code: string; what: string; fix: string }> = {
  EACCES: { ...notWritable, what: 'cannot be read or written by this user' },
  EPERM: { ...notWritable, what: 'does not permit what PostgreSQL needs' },
  EINVAL: { ...notWritable, what: 'does not permit what PostgreSQL needs' },
  EROFS: { ...notWritable, what: 'is on a read-only file system' },
  ENOTDIR: { ...notADirectory, what: 'lies under a file' },
  EEXIST: { ...notADirectory, what: 'is a file' },
  ENOSPC: { ...diskFull, what: 'is on a full disk' },
  EDQUOT: { ...diskFull, what: 'has used up its disk quota' },
  EIO: { code: 'data-directory.disk-fault', what: 'is on a disk that reports a fault', fix: 'Check the disk' },
};

/** Puts a refusal of the file system into words; any other error is returned as it is. */
export function explainFault(error: unknown, dataDirectory: string): unknown {
  if (error instanceof EmbeddedPostgresError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const fault = faults[code];
  if (!fault) return error;
  return new EmbeddedPostgresError(
    fault.code,
    `The data directory ${dataDirectory} ${fault.what} (${message}).`,
    `${fault.fix}, choose another directory with --data, or set DATABASE_URL to a PostgreSQL of your own.`,
    { cause: error },
  );
}
