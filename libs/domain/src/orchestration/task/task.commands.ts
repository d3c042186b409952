import { command } from '../../kernel/command.js';
import type { Failure } from '../../kernel/errors.js';
import type { Json } from '../../kernel/json.js';

/** The attempt of the task that a command speaks of: the task by ordinal, the attempt counted from 1. */
export interface Attempt {
  readonly task: number;
  readonly attempt: number;
}

/** What a worker says of an attempt when it ends it. */
interface Report extends Attempt {
  /** The lease that it held; none for work inside the engine's own process. */
  readonly lease?: string;
  readonly worker?: string;
  /** When it began, in milliseconds since the epoch, if no `StartTask` said so before. */
  readonly startedAt?: number;
}

/** A failure as a worker reports it. */
export interface ReportedFailure extends Failure {
  readonly retryable?: boolean;
  /** Not before so many milliseconds from now, however short the backoff is. */
  readonly retryAfterMs?: number;
}

export class StartTask extends command('StartTask')<Attempt & { startedAt: number; worker?: string }> {}
export class CompleteTask extends command('CompleteTask')<Report & { output: Json }> {}
export class FailTask extends command('FailTask')<Report & { error: ReportedFailure }> {}
/** Nobody holds the queued attempt and nobody will: sent by the owner when the run stops. */
export class WithdrawTask extends command('WithdrawTask')<Attempt> {}

export type TaskCommand = StartTask | CompleteTask | FailTask | WithdrawTask;
