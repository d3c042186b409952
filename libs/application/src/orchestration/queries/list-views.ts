import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Unavailable, type WorkflowStatus } from '@orrery/domain';
import type { Context } from '../../kernel/context.js';
import type { Authorize } from '../../kernel/ports/authorize.js';
import type { Clock } from '../../kernel/ports/clock.js';
import type { Cursor } from '../../kernel/ports/log.js';
import { type AtLeast, hasReached } from '../../kernel/position-token.js';
import type {
  DefinitionSummary,
  NewnessRequest,
  Page,
  PageRequest,
  RunFilter,
  RunSummary,
  TaskFilter,
  TaskSummary,
  ViewReader,
} from '../ports/runs.js';

/** How long a list waits to be as new as its reader wants it, in milliseconds. */
export const LIST_WAIT_MS = 1_000;
const LOOK_AGAIN_MS = 25;

/** What a list is asked: how it is filtered, which page, and how new it must be at least. */
interface Listing<Filter> {
  readonly filter: Omit<Filter, 'namespace'>;
  readonly page: PageRequest;
  readonly atLeast?: Pick<AtLeast, 'places'>;
}

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

/**
 * Reads a list until it is at or past the places that were asked for; the rows prove it by the checkpoints they were
 * read with. Those of all partitions are read, for they tell how new the list is to whoever did not ask.
 */
async function newEnough<Read extends { readonly checkpoints: ReadonlyMap<number, Cursor> }>(
  { atLeast: { places } = { places: [] } }: Pick<Listing<unknown>, 'atLeast'>,
  { clock, partitions }: { readonly clock: Clock; readonly partitions: number },
  read: (newness: NewnessRequest) => Promise<Read>,
): Promise<Read> {
  const all = new Set([...Array(partitions).keys(), ...places.map(({ partition }) => partition)]);
  const newness = { partitions: [...all], atLeast: places };
  const until = clock.now() + LIST_WAIT_MS;
  for (;;) {
    const list = await read(newness);
    if (hasReached(list.checkpoints, places)) return list;
    if (clock.now() >= until) {
      throw new Unavailable('position.not-reached', 'the list has not come as far as this position yet');
    }
    await new Promise<void>((resolve) => void clock.after(LOOK_AGAIN_MS, resolve));
  }
}
