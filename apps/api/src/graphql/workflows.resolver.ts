import { Args, Context, ID, Parent as Of, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { QueryBus } from '@nestjs/cqrs';
import {
  GetWorkflow,
  GetWorkflowEvents,
  ListWorkflows,
  PositionTokens,
  type RunFilter,
  knownOf,
  mustHaveReached,
} from '@orrery/application';
import { NO_RUNS } from '@orrery/contract';
import * as the from '@orrery/contract/schemas';
import type { WorkflowStatus } from '@orrery/domain';
import { RUNS, cursorAfter } from '@orrery/infrastructure';
import { z } from 'zod';
import {
  type WorkflowFilter,
  ListArgs,
  WorkflowArgs,
  WorkflowsArgs,
  given,
  read,
  readPaging,
  textOf,
} from './arguments.js';
import type { Asking } from './asking.js';
import { connectionOf } from './connection.js';
import { EventConnection } from './event.object.js';
import { keyOf } from './global-ids.js';
import { sourceOfRow, sourceOfRun } from './run-source.js';
import { StatusCount, Workflow, WorkflowConnection } from './workflow.object.js';

const VERSION_MAX = 1_000_000_000;
const filter = z.object({
  definition: the.definitionName.optional(),
  labels: the.labelFilters.optional(),
  q: the.search.optional(),
});
const one = z.object({ id: the.workflowId, atVersion: z.int().min(1).max(VERSION_MAX).optional() });
const eventsOf = z.object({ id: the.workflowId, after: the.number(0, VERSION_MAX).optional() });

/** Runs: one, a list of them, and what happened to one. */
@Resolver(() => WorkflowConnection)
export class WorkflowsResolver {
  constructor(
    private readonly queries: QueryBus,
    private readonly tokens: PositionTokens,
  ) {}

  @Query(() => Workflow, { nullable: true, description: 'A run, as it is now or as it was.' })
  async workflow(
    @Context('asking') { context }: Asking,
    @Args('id', { type: () => ID, description: 'Its UUID, or its global id.' }) id: string,
    @Args() args: WorkflowArgs,
  ) {
    const { atVersion, payloads, atLeast } = args;
    const asked = read(one, given({ id: keyOf('Workflow', id), atVersion }));
    const newness = atLeast ? this.tokens.read(atLeast) : undefined;
    const details = { tasksFrom: 0, tasksMax: 0, payloads: payloads === true };
    const known = knownOf(newness, asked.id);
    const run = await this.queries.execute(new GetWorkflow(context, asked.id, details, asked.atVersion, known));
    if (asked.atVersion === undefined) mustHaveReached(newness, asked.id, run.version);
    return sourceOfRun(run, { atVersion: asked.atVersion, payloads: details.payloads });
  }

  @Query(() => WorkflowConnection, { description: 'Runs, newest first, with how many there are in each status.' })
  async workflows(@Context('asking') { context }: Asking, @Args() args: WorkflowsArgs) {
    const { first: limit, after: cursor } = readPaging(args);
    const atLeast = args.atLeast ? this.tokens.read(args.atLeast) : undefined;
    const listing = { filter: readFilter(args.filter ?? {}), page: { limit, cursor }, atLeast };
    const { items, nextCursor, checkpoints, counts } = await this.queries.execute(new ListWorkflows(context, listing));
    const edges = items.map((run) => ({ cursor: cursorAfter(RUNS, run), node: sourceOfRow(run) }));
    return { ...connectionOf(edges, nextCursor !== null), position: this.tokens.writeReached(checkpoints), counts };
  }

  @ResolveField(() => [StatusCount], { description: 'How many runs the filter lets through, by status.' })
  counts(@Of() { counts }: { readonly counts: { readonly [Status in WorkflowStatus]?: number } }) {
    return Object.entries({ ...NO_RUNS, ...counts }).map(([status, count]) => ({ status, count }));
  }

  @Query(() => EventConnection, { nullable: true, description: 'What happened to a run, oldest first.' })
  async events(
    @Context('asking') { context }: Asking,
    @Args('workflow', { type: () => ID, description: 'The run: its UUID, or its global id.' }) workflow: string,
    @Args() page: ListArgs,
  ) {
    const { first, after } = readPaging(page);
    const { id, after: version = 0 } = read(eventsOf, { id: keyOf('Workflow', workflow), after });
    const known = knownOf(page.atLeast ? this.tokens.read(page.atLeast) : undefined, id);
    // One more tells whether there are more.
    const asked = new GetWorkflowEvents(context, id, version, first + 1, 0, undefined, known);
    const events = await this.queries.execute(asked);
    const edges = events.slice(0, first).map((event) => ({
      cursor: String(event.version),
      node: { ...event, position: this.tokens.write(event.position) },
    }));
    return connectionOf(edges, events.length > first);
  }
}

function readFilter({
  status,
  startedAfter,
  startedBefore,
  endedBefore,
  ...rest
}: WorkflowFilter): Omit<RunFilter, 'namespace'> {
  const labels = rest.labels?.map(textOf);
  const { definition, q, labels: wanted } = read(filter, given({ ...rest, labels }));
  return { ...given({ status, startedAfter, startedBefore, endedBefore }), definition, q, labels: wanted };
}
