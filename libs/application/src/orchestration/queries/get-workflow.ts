import type { StreamId } from '@orrery/domain';
import type { Context } from '../../kernel/context.js';
import type { Position } from '../../kernel/envelope.js';
import { type Handler, Query } from '../../kernel/messages.js';
import { type Known, NEWEST } from '../../kernel/ports/log.js';
import type { Authorize } from '../../kernel/ports/authorize.js';
import type { Standings } from '../dispatch/standings.js';
import { type DetailsRequest, type WorkflowDetails, detailsOf } from '../views/workflow-details.js';
import { positionOf } from '../views/run-page.js';
import type { RunReader } from '../views/run-reader.js';
import { asItStands } from '../views/waiting-for.js';

/** A run, as it is now or as it was after its n-th event. */
export class GetWorkflow extends Query<WorkflowDetails & { readonly position: Position }> {
  constructor(
    readonly context: Context,
    readonly workflow: StreamId,
    readonly details: DetailsRequest = { tasksFrom: 0, payloads: false },
    readonly atVersion?: number,
    readonly known: Known = NEWEST,
  ) {
    super();
  }
}

export class GetWorkflowHandler implements Handler<GetWorkflow> {
  readonly handles = GetWorkflow;

  constructor(
    private readonly runs: RunReader,
    private readonly standings: Standings,
    private readonly authorize: Authorize,
  ) {}

  async execute({ context, workflow, details, atVersion, known }: GetWorkflow) {
    this.authorize.check(context.actor, context.namespace, 'GetWorkflow');
    const key = { namespace: context.namespace, stream: workflow };
    const isNow = atVersion === undefined;
    const page = isNow ? await this.runs.page(key, known) : await this.runs.pageAt(key, atVersion, known);
    const shown = isNow ? await asItStands(page, this.standings) : page;
    return { ...detailsOf(shown, details), position: positionOf(page) };
  }
}
