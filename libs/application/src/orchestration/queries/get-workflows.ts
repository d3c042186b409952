import { NotFound, type StreamId } from '@orrery/domain';
import type { Context } from '../../kernel/context.js';
import type { Position } from '../../kernel/envelope.js';
import { type Handler, Query } from '../../kernel/messages.js';
import type { Authorize } from '../../kernel/ports/authorize.js';
import { type Known, NEWEST } from '../../kernel/ports/log.js';
import type { Standings } from '../dispatch/standings.js';
import { type RunPage, positionOf } from '../views/run-page.js';
import type { RunReader } from '../views/run-reader.js';
import { asItStands } from '../views/waiting-for.js';
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

/** One of many runs that are asked for, and how new its answer must be. */
export interface AskedRun {
  readonly run: StreamId;
  readonly known: Known;
}

/** Many runs as they are now, in the order in which they were asked for. What is wrong with one of them is its own. */
export class GetWorkflows extends Query<readonly PromiseSettledResult<OneWorkflow>[]> {
  constructor(
    readonly context: Context,
    readonly workflows: readonly AskedRun[],
    readonly details: DetailsRequest,
  ) {
    super();
  }
}

export class GetWorkflowsHandler implements Handler<GetWorkflows> {
  readonly handles = GetWorkflows;

  constructor(
    private readonly runs: RunReader,
    private readonly standings: Standings,
    private readonly authorize: Authorize,
  ) {}

  async execute({ context: { actor, namespace }, workflows, details }: GetWorkflows) {
    this.authorize.check(actor, namespace, 'GetWorkflow');
    const asked = workflows.map(({ run: stream, known }) => ({ key: { namespace, stream }, known }));
    const pages = await this.runs.pagesOf(asked);
    return Promise.allSettled(pages.map((read) => this.show(read, details)));
  }

  private async show(read: PromiseSettledResult<RunPage>, details: DetailsRequest): Promise<OneWorkflow> {
    if (read.status === 'rejected') throw read.reason;
    const page = await asItStands(read.value, this.standings);
    return { ...detailsOf(page, details), position: positionOf(page), progress: progressOf(page) };
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

export class GetTaskHandler implements Handler<GetTask> {
  readonly handles = GetTask;

  constructor(
    private readonly runs: RunReader,
    private readonly standings: Standings,
    private readonly authorize: Authorize,
  ) {}

  async execute({ context, workflow, ordinal, payloads, known }: GetTask): Promise<TaskDetails> {
    this.authorize.check(context.actor, context.namespace, 'GetWorkflow');
    const page = await this.runs.page({ namespace: context.namespace, stream: workflow }, known);
    const task = taskDetailsOf(await asItStands(page, this.standings), ordinal, payloads);
    if (!task) throw new NotFound('task.not-found', `the run ${workflow} has no task ${ordinal}`);
    return task;
  }
}
