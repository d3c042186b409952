import type { Dispatcher, Position } from '@orrery/application';
import { problemOfItem } from '@orrery/contract';
import type { Namespace } from '@orrery/domain';
import type { Bugs } from '../http/bugs.js';
import { type ReportedResult, reportOf } from './worker-reports.js';

/** What became of one of many results: it is recorded, or why it is not. */
export type ResultAnswer =
  | { readonly id: string; readonly recorded: true; readonly position: Position }
  | { readonly id: string; readonly recorded: false; readonly problem: ReturnType<typeof problemOfItem> };

/** Reports many results at once: a refusal is the answer of one, and of nobody else. */
export class ReportResults {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly bugs: Bugs,
  ) {}

  /** Resolves when everything that could be recorded is. `asker` names who sent it in the log. */
  report(namespace: Namespace, results: readonly ReportedResult[], asker: string): Promise<readonly ResultAnswer[]> {
    return Promise.all(results.map((result) => this.reportOne(namespace, result, asker)));
  }

  private async reportOne(namespace: Namespace, result: ReportedResult, asker: string): Promise<ResultAnswer> {
    const { id } = result.id;
    try {
      const { position } = await this.dispatcher.report(...reportOf(namespace, result));
      return { id, recorded: true, position };
    } catch (error) {
      return { id, recorded: false, problem: problemOfItem(this.bugs.refusal(error, asker)) };
    }
  }
}
