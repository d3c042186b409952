import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { NotFound, type StreamId } from '@orrery/domain';
import type { Context } from '../../kernel/context.js';
import type { Position } from '../../kernel/envelope.js';
import type { Authorize } from '../../kernel/ports/authorize.js';
import { type Known, type Log, NEWEST } from '../../kernel/ports/log.js';
import { positionOf } from '../views/run-page.js';
import type { RunReader } from '../views/run-reader.js';
import {
  type DetailsRequest,
  type TaskDetails,
  type WorkflowDetails,
  detailsOf,
  progressOf,
  taskDetailsOf,
} from '../views/workflow-details.js';

/** A run as `GetWorkflow` answers it, and what a list would say of how far it is. */
export type OneWorkflow = WorkflowDetails & {
  readonly position: Position;
  readonly progress: { readonly total: number; readonly ended: number };
};

/** Many runs as they are now, in the order in which they were asked for. What is wrong with one of them is its own. */
export class GetWorkflows extends Query<readonly PromiseSettledResult<OneWorkflow>[]> {
  constructor(
    readonly context: Context,
    readonly workflows: readonly StreamId[],
    readonly details: DetailsRequest,
  ) {
    super();
  }
}

@QueryHandler(GetWorkflows)
export class GetWorkflowsHandler implements IQueryHandler<GetWorkflows> {
  constructor(
    private readonly runs: RunReader,
    private readonly log: Pick<Log, 'readStreams'>,
    private readonly authorize: Authorize,
  ) {}

  async execute({ context: { actor, namespace }, workflows, details }: GetWorkflows) {
    this.authorize.check(actor, namespace, 'GetWorkflow');
    const keys = workflows.map((stream) => ({ namespace, stream }));
    const pages = await this.runs.pagesOf(keys, this.log);
    return pages.map((each): PromiseSettledResult<OneWorkflow> => {
      if (each.status === 'rejected') return each;
      const page = each.value;
      const value = { ...detailsOf(page, details), position: positionOf(page), progress: progressOf(page) };
      return { status: 'fulfilled', value };
    });
  }
}

/** One task, as its run's page has it. */
export class GetTask extends Query<TaskDetails> {
  constructor(
    readonly context: Context,
    readonly workflow: StreamId,
    readonly ordinal: number,
    readonly payloads = false,
    readonly known: Known = NEWEST,
  ) {
    super();
  }
}

@QueryHandler(GetTask)
export class GetTaskHandler implements IQueryHandler<GetTask> {
  constructor(
    private readonly runs: RunReader,
    private readonly authorize: Authorize,
  ) {}

  async execute({ context, workflow, ordinal, payloads, known }: GetTask): Promise<TaskDetails> {
    this.authorize.check(context.actor, context.namespace, 'GetWorkflow');
    const page = await this.runs.page({ namespace: context.namespace, stream: workflow }, known);
    const task = taskDetailsOf(page, ordinal, payloads);
    if (!task) throw new NotFound('task.not-found', `the run ${workflow} has no task ${ordinal}`);
    return task;
  }
}
