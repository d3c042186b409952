import type { WorkflowStatus } from '@orrery/domain';
import type { Context } from '../../kernel/context.js';
import { type Listing, newEnough } from '../../kernel/listing.js';
import { type Handler, Query } from '../../kernel/messages.js';
import type { Page } from '../../kernel/page.js';
import type { Authorize } from '../../kernel/ports/authorize.js';
import type { Clock } from '../../kernel/ports/clock.js';
import type { DefinitionSummary, RunFilter, RunSummary, TaskFilter, TaskSummary, ViewReader } from '../ports/runs.js';
import type { RunSentences } from '../views/run-sentences.js';

/** A run in a list, and where it is asked for why it does not go on by itself just now. */
export type ListedRun = RunSummary & { readonly waitingFor?: string | null };

/** The runs, newest first, with how many there are in each status. */
export class ListWorkflows extends Query<
  Page<ListedRun> & { readonly counts: { readonly [Status in WorkflowStatus]?: number } }
> {
  constructor(
    readonly context: Context,
    readonly listing: Listing<RunFilter>,
    /** What no row holds is read from the runs themselves: of a page together, and only if it is asked for. */
    readonly include?: 'waitingFor',
  ) {
    super();
  }
}

export class ListWorkflowsHandler implements Handler<ListWorkflows> {
  readonly handles = ListWorkflows;

  constructor(
    private readonly views: ViewReader,
    readonly clock: Clock,
    private readonly authorize: Authorize,
    readonly partitions: number,
    private readonly sentences: RunSentences,
  ) {}

  async execute({ context, listing, include }: ListWorkflows) {
    this.authorize.check(context.actor, context.namespace, 'ListWorkflows');
    const filter = { ...listing.filter, namespace: context.namespace };
    const page = await newEnough(listing, this, (newness) =>
      this.views.listRuns(filter, { ...listing.page, ...newness }),
    );
    const { counts } = await newEnough(listing, this, (newness) => this.views.countRuns(filter, newness));
    const items: readonly ListedRun[] = include ? await this.explained(context, page.items) : page.items;
    return { ...page, items, counts };
  }

  private async explained({ namespace }: Context, rows: readonly RunSummary[]): Promise<readonly ListedRun[]> {
    const sentences = await this.sentences.of(namespace, rows);
    return rows.map((row) => ({ ...row, waitingFor: sentences.get(row.id) ?? null }));
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

export class ListTasksHandler implements Handler<ListTasks> {
  readonly handles = ListTasks;

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

export class ListDefinitionsHandler implements Handler<ListDefinitions> {
  readonly handles = ListDefinitions;

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
