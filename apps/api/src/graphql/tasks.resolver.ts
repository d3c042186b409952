import { Args, Context, ID, Parent as Of, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { QueryBus } from '@nestjs/cqrs';
import { GetTask, type Known, ListTasks, PositionTokens, knownAt, knownOf } from '@orrery/application';
import { shownTaskSummary } from '@orrery/contract';
import * as the from '@orrery/contract/schemas';
import type { StreamId } from '@orrery/domain';
import { TASKS, cursorAfter } from '@orrery/infrastructure';
import { z } from 'zod';
import { TaskArgs, TasksArgs, given, read, readPaging } from './arguments.js';
import type { Asking } from './asking.js';
import { connectionOf } from './connection.js';
import { readTaskId } from './read-id.js';
import { shownTaskDetails, sourceOfRun } from './run-source.js';
import { OpenTask, OpenTaskConnection, Task } from './task.object.js';
import { Workflow } from './workflow.object.js';

const filter = z.object({ type: the.taskType.optional() });

/** Tasks: one of a run, and the open and failed ones of all. */
@Resolver(() => OpenTask)
export class TasksResolver {
  constructor(
    private readonly queries: QueryBus,
    private readonly tokens: PositionTokens,
  ) {}

  @Query(() => Task, { nullable: true, description: 'A task of a run, as it is now.' })
  async task(
    @Context('asking') { context }: Asking,
    @Args('id', { type: () => ID, description: 'Its id, `<workflow id>~<ordinal>`, or its global id.' }) id: string,
    @Args() { payloads, atLeast }: TaskArgs,
  ) {
    const { workflow, ordinal } = readTaskId(id);
    const known = knownOf(atLeast ? this.tokens.read(atLeast) : undefined, workflow);
    const query = new GetTask(context, workflow, ordinal, payloads === true, known);
    return shownTaskDetails(await this.queries.execute(query));
  }

  @Query(() => OpenTaskConnection, { description: 'Open and failed tasks of all runs, newest first.' })
  async tasks(@Context('asking') { context }: Asking, @Args() args: TasksArgs) {
    const { first: limit, after: cursor } = readPaging(args);
    const atLeast = args.atLeast ? this.tokens.read(args.atLeast) : undefined;
    const { status, type } = args.filter ?? {};
    const wanted = { ...given({ status }), ...read(filter, given({ type })) };
    const listing = { filter: wanted, page: { limit, cursor }, atLeast };
    const { items, nextCursor, checkpoints } = await this.queries.execute(new ListTasks(context, listing));
    // The run of each, if it is asked for, is as new as the list.
    const known = knownAt(checkpoints.values());
    const edges = items.map((task) => {
      const { id: taskId, ...shown } = shownTaskSummary(task);
      return { cursor: cursorAfter(TASKS, task), node: { taskId, ...shown, known } };
    });
    return { ...connectionOf(edges, nextCursor !== null), position: this.tokens.writeReached(checkpoints) };
  }

  @ResolveField(() => Workflow, {
    nullable: true,
    description: 'Its run; null, with an error, if it is gone meanwhile.',
  })
  async workflow(@Of() { workflowId, known }: OpenTask & { known: Known }, @Context('asking') asking: Asking) {
    return sourceOfRun(await asking.run({ run: workflowId as StreamId, known, payloads: false }));
  }
}
