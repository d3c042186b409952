import type { Dispatcher, Position } from '@orrery/application';
import type { Namespace } from '@orrery/domain';
import { type Refusal, problemOfItem } from './refusal.js';
import { type ReportedResult, reportOf } from './task-reports.js';

/** Makes a refusal of what went wrong, and logs it where it was not foreseen. */
export interface Refusals {
  refusal(error: unknown, asker: string): Refusal;
}

/** What became of one of many results: it is recorded, or why it is not. */
export type ResultAnswer =
  | { readonly id: string; readonly recorded: true; readonly position: Position }
  | { readonly id: string; readonly recorded: false; readonly problem: ReturnType<typeof problemOfItem> };

/** Who reports: its name in the log, and whose attempts they are where that may not be known yet. */
export interface Asker {
  readonly id: string;
  readonly workerId?: string;
}

/** Reports many results at once: a refusal is the answer of one, and of nobody else. */
export class ReportResults {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly refusals: Refusals,
  ) {}

  /** Resolves when everything that could be recorded is. */
  report(namespace: Namespace, results: readonly ReportedResult[], asker: Asker): Promise<readonly ResultAnswer[]> {
    return Promise.all(results.map((result) => this.reportOne(namespace, result, asker)));
  }

  private async reportOne(
    namespace: Namespace,
    result: ReportedResult,
    { id: asker, workerId }: Asker,
  ): Promise<ResultAnswer> {
    const { id } = result.id;
    try {
      const { position } = await this.dispatcher.report(...reportOf(namespace, result, workerId));
      return { id, recorded: true, position };
    } catch (error) {
      return { id, recorded: false, problem: problemOfItem(this.refusals.refusal(error, asker)) };
    }
  }
}
