import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  GetWorkflow,
  GetWorkflowEvents,
  GetWorkflowResult,
  ListWorkflows,
  PositionTokens,
  SubmitWorkflow,
  TryWorkflow,
  knownOf,
  mustHaveReached,
} from '@orrery/application';
import { API_LIMITS, NO_RUNS, shownRun, shownTrial } from '@orrery/contract';
import { workflowRoutes } from '../contract/workflows.js';
import { type RequestOf, Serves } from '../http/mount.js';
import { pageRequest, writePage } from '../http/pages.js';

/** Runs: started, listed, read and waited for. */
@Controller()
export class WorkflowsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly tokens: PositionTokens,
  ) {}

  @Serves(workflowRoutes.start)
  async start({ context, query, body }: RequestOf<typeof workflowRoutes.start>) {
    if (query.dryRun) {
      const trial = await this.commands.execute(new TryWorkflow(context, body));
      return { status: 200 as const, body: shownTrial(trial) };
    }
    const accepted = await this.commands.execute(new SubmitWorkflow(context, body));
    const { id, status, definition, created, position } = accepted;
    const version = position.version;
    return { status: created ? (201 as const) : (200 as const), body: { id, status, definition }, position, version };
  }

  @Serves(workflowRoutes.list)
  async list({ context, query, atLeast }: RequestOf<typeof workflowRoutes.list>) {
    const { cursor, limit, label: labels, include, ...rest } = query;
    const filter = { ...rest, labels };
    const listing = { filter, page: pageRequest({ cursor, limit }), atLeast };
    const page = await this.queries.execute(new ListWorkflows(context, listing, include));
    const body = { ...writePage(page, this.tokens, shownRun), counts: { ...NO_RUNS, ...page.counts } };
    return { status: 200 as const, body };
  }

  @Serves(workflowRoutes.get)
  async get({ context, params, query, atLeast }: RequestOf<typeof workflowRoutes.get>) {
    const { atVersion, tasksCursor = 0, payloads = false } = query;
    const request = { tasksFrom: tasksCursor, payloads };
    const known = knownOf(atLeast, params.id);
    const { position, ...body } = await this.queries.execute(
      new GetWorkflow(context, params.id, request, atVersion, known),
    );
    if (atVersion === undefined) mustHaveReached(atLeast, params.id, body.version);
    return { status: 200 as const, body, position, version: body.version };
  }

  @Serves(workflowRoutes.result)
  async result({ context, params, query, atLeast, abandoned }: RequestOf<typeof workflowRoutes.result>) {
    const { waitMs } = query;
    const waiting = waitMs ? abandoned : undefined;
    const known = knownOf(atLeast, params.id);
    const body = await this.queries.execute(new GetWorkflowResult(context, params.id, waitMs, waiting, known));
    mustHaveReached(atLeast, params.id, body.version);
    return { status: 200 as const, body, version: body.version };
  }

  @Serves(workflowRoutes.events)
  async events({ context, params, query, atLeast, abandoned }: RequestOf<typeof workflowRoutes.events>) {
    const { after = 0, limit = API_LIMITS.pageItemsMax, waitMs } = query;
    const waiting = waitMs ? abandoned : undefined;
    const known = knownOf(atLeast, params.id);
    const asked = new GetWorkflowEvents(context, params.id, after, limit, waitMs, waiting, known);
    const events = await this.queries.execute(asked);
    const last = events.at(-1);
    const body = {
      items: events.map((event) => ({ ...event, position: this.tokens.write(event.position) })),
      nextCursor: last && events.length === limit ? String(last.version) : null,
      position: last ? this.tokens.write(last.position) : null,
    };
    return { status: 200 as const, body };
  }
}
