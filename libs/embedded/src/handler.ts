import {
  type TaskContext as LocalContext,
  TaskError,
  type TaskHandler as LocalHandler,
  isPromiseLike,
} from '@orrery/application';
import { shownTask } from '@orrery/contract';
import type { ReportedFailure } from '@orrery/domain';
import type { Json, LeasedTask, Log, TaskContext, TaskHandler } from '@orrery/sdk';
import { failureOf, outputOf, prefixed } from '@orrery/sdk/parts';
import { plainCopy } from './plain-copy.js';

/** A handler as the worker inside calls it. What it is given is what a worker outside is given. */
export function localHandler(handlerOf: (task: LocalContext['task']) => TaskHandler, log: Log): LocalHandler {
  return (input, attempt) => {
    const returned: unknown = handlerOf(attempt.task)(input, new HandlerContext(attempt, log));
    return isPromiseLike(returned) ? returned.then(outputFrom) : outputFrom(returned);
  };
}

/** What an error says that a handler threw, the caller's own or the engine's: nothing is made of it that costs a stack. */
export function failureOfAttempt(error: unknown): ReportedFailure {
  return error instanceof TaskError ? error.failure : failureOf(error);
}

function outputFrom(returned: unknown): Json {
  return plainCopy(returned) ?? outputOf(returned).value;
}

/** What a handler may know and do. Whatever costs something is made when the handler asks for it: most never do. */
class HandlerContext implements TaskContext {
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly idempotencyKey: string;

  constructor(
    private readonly local: LocalContext,
    private readonly allLog: Log,
  ) {
    ({ attempt: this.attempt, maxAttempts: this.maxAttempts, idempotencyKey: this.idempotencyKey } = local.task);
  }

  get task(): LeasedTask {
    return shownTask(this.local.task);
  }

  get signal(): AbortSignal {
    return this.local.signal;
  }

  get deadline(): Date | null {
    const { deadline } = this.local.task;
    return deadline === null ? null : new Date(deadline);
  }

  get log(): Log {
    const { type, id, attempt } = this.local.task;
    return prefixed(this.allLog, `${type} of ${id}, attempt ${attempt}:`);
  }

  readonly heartbeat = (_progress?: Json): void => {
    try {
      this.local.heartbeat();
    } catch {
      // An attempt that no longer counts is ended by its signal.
    }
  };
}
