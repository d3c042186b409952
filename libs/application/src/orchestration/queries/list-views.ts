import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { WorkflowStatus } from '@orrery/domain';
import type { Context } from '../../kernel/context.js';
import { type Listing, newEnough } from '../../kernel/listing.js';
import type { Page } from '../../kernel/page.js';
import type { Authorize } from '../../kernel/ports/authorize.js';
import type { Clock } from '../../kernel/ports/clock.js';
import type { DefinitionSummary, RunFilter, RunSummary, TaskFilter, TaskSummary, ViewReader } from '../ports/runs.js';

/** The runs, newest first, with how many there are in each status. */
export class ListWorkflows extends Query<
  Page<RunSummary> & { readonly counts: { readonly [Status in WorkflowStatus]?: number } }
> {
  constructor(
    readonly context: Context,
    readonly listing: Listing<RunFilter>,
  ) {
    super();
  }
}

@QueryHandler(ListWorkflows)
export class ListWorkflowsHandler implements IQueryHandler<ListWorkflows> {
  constructor(
    private readonly views: ViewReader,
    readonly clock: Clock,
    private readonly authorize: Authorize,
    readonly partitions: number,
  ) {}

  async execute({ context, listing }: ListWorkflows) {
    this.authorize.check(context.actor, context.namespace, 'ListWorkflows');
    const filter = { ...listing.filter, namespace: context.namespace };
    const page = await newEnough(listing, this, (newness) =>
      this.views.listRuns(filter, { ...listing.page, ...newness }),
    );
    const { counts } = await newEnough(listing, this, (newness) => this.views.countRuns(filter, newness));
    return { ...page, counts };
  }
}

/** Open and failed tasks across runs. */
export class ListTasks extends Query<Page<TaskSummary>> {
  constructor(
    readonly context: Context,
    readonly listing: Listing<TaskFilter>,
  ) {
    super();
  }
}

@QueryHandler(ListTasks)
export class ListTasksHandler implements IQueryHandler<ListTasks> {
  constructor(
    private readonly views: ViewReader,
    readonly clock: Clock,
    private readonly authorize: Authorize,
    readonly partitions: number,
  ) {}

  async execute({ context, listing }: ListTasks): Promise<Page<TaskSummary>> {
    this.authorize.check(context.actor, context.namespace, 'ListTasks');
    const filter = { ...listing.filter, namespace: context.namespace };
    return newEnough(listing, this, (newness) => this.views.listTasks(filter, { ...listing.page, ...newness }));
  }
}

/** The definitions, each with its newest version. */
export class ListDefinitions extends Query<Page<DefinitionSummary>> {
  constructor(
    readonly context: Context,
    readonly listing: Listing<object>,
  ) {
    super();
  }
}

@QueryHandler(ListDefinitions)
export class ListDefinitionsHandler implements IQueryHandler<ListDefinitions> {
  constructor(
    private readonly views: ViewReader,
    readonly clock: Clock,
    private readonly authorize: Authorize,
    readonly partitions: number,
  ) {}

  async execute({ context, listing }: ListDefinitions): Promise<Page<DefinitionSummary>> {
    this.authorize.check(context.actor, context.namespace, 'ListDefinitions');
    const { namespace } = context;
    return newEnough(listing, this, (newness) =>
      this.views.listDefinitions(namespace, { ...listing.page, ...newness }),
    );
  }
}
