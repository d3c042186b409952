import type { QueryBus } from '@nestjs/cqrs';
import { type Context, GetWorkflows, type OneWorkflow } from '@orrery/application';
import type { StreamId } from '@orrery/domain';
import { Batch } from './batch.js';

/** A page of a run's tasks. */
export interface TasksAsked {
  readonly run: StreamId;
  readonly tasksFrom: number;
  readonly tasksMax: number;
  readonly payloads: boolean;
}

/** The run itself, without tasks. */
export interface RunAsked {
  readonly run: StreamId;
  readonly payloads: boolean;
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
      (asked) => `${asked.run} ${windowOf(asked)}`,
    );
  }

  run({ run, payloads }: RunAsked): Promise<OneWorkflow> {
    return this.pages.load({ run, tasksFrom: 0, tasksMax: 0, payloads });
  }

  /** The run after a command: as new as that. */
  runAfterCommand(run: StreamId): Promise<OneWorkflow> {
    this.pages.forget();
    return this.run({ run, payloads: false });
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
      const runs = together.map(({ run }) => run);
      const query = new GetWorkflows(this.context, runs, { tasksFrom, tasksMax, payloads });
      const settled = await this.queries.execute(query);
      for (const [n, each] of settled.entries()) answers.set(together[n]!, each);
    }
    return asked.map((each) => answers.get(each)!);
  }
}

function windowOf({ tasksFrom, tasksMax, payloads }: Omit<TasksAsked, 'run'>): string {
  return `${tasksFrom} ${tasksMax} ${payloads}`;
}
