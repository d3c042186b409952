import { type TaskContext as LocalContext, TaskError, type TaskHandler as LocalHandler } from '@orrery/application';
import { shownTask } from '@orrery/contract';
import type { Json, LeasedTask, Log, TaskContext, TaskHandler } from '@orrery/sdk';
import { failureOf, outputOf, prefixed } from '@orrery/sdk/parts';

/** A handler as the worker inside calls it. What it is given is what a worker outside is given. */
export function localHandler(handlerOf: (task: LocalContext['task']) => TaskHandler, log: Log): LocalHandler {
  return async (input, attempt) => {
    try {
      return outputOf(await handlerOf(attempt.task)(input, new HandlerContext(attempt, log))).value;
    } catch (error) {
      const { code, message, ...options } = failureOf(error);
      throw new TaskError(code, message, options);
    }
  };
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
