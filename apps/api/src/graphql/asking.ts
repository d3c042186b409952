import type { QueryBus } from '@nestjs/cqrs';
import { type AskedRun, type Context, GetWorkflows, type Known, NEWEST, type OneWorkflow } from '@orrery/application';
import type { StreamId } from '@orrery/domain';
import { Batch } from './batch.js';

/** The run itself, without tasks. */
export interface RunAsked extends AskedRun {
  readonly payloads: boolean;
}

/** A page of a run's tasks. */
export interface TasksAsked extends RunAsked {
  readonly tasksFrom: number;
  readonly tasksMax: number;
}

/** One request: who asks, and what its resolvers ask for together. It lives as long as the request. */
export class Asking {
  private readonly pages: Batch<TasksAsked, OneWorkflow>;

  constructor(
    private readonly queries: Pick<QueryBus, 'execute'>,
    readonly context: Context,
    readonly requestId: string,
  ) {
    this.pages = new Batch(
      (asked) => this.ask(asked),
      (asked) => `${asked.run} ${newnessOf(asked)} ${windowOf(asked)}`,
    );
  }

  run({ run, known, payloads }: RunAsked): Promise<OneWorkflow> {
    return this.pages.load({ run, known, tasksFrom: 0, tasksMax: 0, payloads });
  }

  /** The run after something happened to it: as new as that. */
  runAfter(run: StreamId, known: Known = NEWEST): Promise<OneWorkflow> {
    this.pages.forget();
    return this.run({ run, known, payloads: false });
  }

  tasks(asked: TasksAsked): Promise<OneWorkflow> {
    return this.pages.load(asked);
  }

  /** One question for each window that is asked for: of however many runs. */
  private async ask(asked: readonly TasksAsked[]): Promise<readonly PromiseSettledResult<OneWorkflow>[]> {
    const windows = new Map<string, TasksAsked[]>();
    for (const each of asked) windows.set(windowOf(each), [...(windows.get(windowOf(each)) ?? []), each]);
    const answers = new Map<TasksAsked, PromiseSettledResult<OneWorkflow>>();
    for (const together of windows.values()) {
      const { tasksFrom, tasksMax, payloads } = together[0]!;
      const query = new GetWorkflows(this.context, together, { tasksFrom, tasksMax, payloads });
      const settled = await this.queries.execute(query);
      for (const [n, each] of settled.entries()) answers.set(together[n]!, each);
    }
    return asked.map((each) => answers.get(each)!);
  }
}

function newnessOf({ known: { version, transactionId } }: AskedRun): string {
  return `${version}.${transactionId}`;
}

function windowOf({ tasksFrom, tasksMax, payloads }: Omit<TasksAsked, 'run' | 'known'>): string {
  return `${tasksFrom} ${tasksMax} ${payloads}`;
}
