import { Args, Context, ID, Query, Resolver } from '@nestjs/graphql';
import { QueryBus } from '@nestjs/cqrs';
import { GetDeadLetter, GetDefinition, GetTask, NOTHING_KNOWN, PositionTokens } from '@orrery/application';
import { NotFound } from '@orrery/domain';
import type { Asking } from './asking.js';
import { letterNode } from './dead-letter-source.js';
import { definitionNode } from './definition-source.js';
import { type NodeType, keyOf, readGlobalId } from './global-ids.js';
import { Node } from './node.object.js';
import { readLetterId, readRunId, readTaskId } from './read-id.js';
import { shownTaskDetails, sourceOfRun } from './run-source.js';

type Find = (id: string, asking: Asking) => Promise<object>;

const version = /^(.+)@([1-9]\d{0,8})$/;

/** Whatever has a global id, by it. */
@Resolver(() => Node)
export class NodeResolver {
  constructor(
    private readonly queries: QueryBus,
    private readonly tokens: PositionTokens,
  ) {}

  @Query(() => Node, { nullable: true, description: 'Whatever has this global id.' })
  node(@Context('asking') asking: Asking, @Args('id', { type: () => ID }) id: string): Promise<object> {
    const { type } = readGlobalId(id) ?? notFound(id);
    return this.finding[type](id, asking);
  }

  private readonly finding: { readonly [Type in NodeType]: Find } = {
    Workflow: async (id, asking) => {
      const run = readRunId(id);
      return sourceOfRun(await asking.run({ run, known: NOTHING_KNOWN, payloads: false }));
    },
    Task: async (id, { context }) => {
      const { workflow, ordinal } = readTaskId(id);
      return shownTaskDetails(
        await this.queries.execute(new GetTask(context, workflow, ordinal, false, NOTHING_KNOWN)),
      );
    },
    DeadLetter: async (id, { context }) => {
      const query = new GetDeadLetter(context, readLetterId(id));
      return letterNode(await this.queries.execute(query), this.tokens);
    },
    Definition: async (id, { context }) => {
      const [, name, number] = version.exec(keyOf('Definition', id)) ?? notFound(id);
      return definitionNode(await this.queries.execute(new GetDefinition(context, name!, Number(number))));
    },
  };
}

function notFound(id: string): never {
  throw new NotFound('node.not-found', `nothing has the global id ${id.slice(0, 200)}`);
}
