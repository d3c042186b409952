/**
 * What a backup holds, in the order in which it is restored: the truth, and what would take long to be made from it
 * again. Who works on a database, and which workers were seen, is true of its processes only.
 */
export const BACKED_UP_TABLES = [
  'installation',
  'definition_contents',
  'commits',
  'checkpoints',
  'snapshots',
  'runs',
  'open_tasks',
  'definitions',
  'deleted_runs',
  'dead_letters',
] as const;

/** All that our migrations make. */
export const ALL_TABLES: readonly string[] = [
  ...BACKED_UP_TABLES,
  'engines',
  'worker_sessions',
  'task_offers',
  'orrery_migrations',
];

/** How far something has come that takes long. */
export interface Progress {
  readonly step: 'backing up' | 'verifying' | 'restoring' | 'checking';
  /** The table, or what else is being looked at. */
  readonly of: string;
  readonly done: number;
  readonly unit: 'bytes' | 'rows';
}

export type OnProgress = (progress: Progress) => void;

/** Statements may take as long as they take. Who only reads holds nobody back, but for what the server tidies up. */
export const NO_LIMITS = { statementMs: 0, lockMs: 10_000, idleInTransactionMs: 0 };

/** Every value as a text that any release of PostgreSQL reads the same. */
export const PLAIN_TEXT = `
  set client_encoding = 'UTF8';
  set datestyle = 'ISO, YMD';
  set bytea_output = 'hex';
  set extra_float_digits = 1;
  set time zone 'UTC'`;
