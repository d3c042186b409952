import { Args, Context, ID, Query, Resolver } from '@nestjs/graphql';
import { QueryBus } from '@nestjs/cqrs';
import { GetDeadLetter, GetDefinition, GetTask, NOTHING_KNOWN, PositionTokens } from '@orrery/application';
import * as the from '@orrery/contract/schemas';
import { NotFound } from '@orrery/domain';
import { z } from 'zod';
import { read } from './arguments.js';
import type { Asking } from './asking.js';
import { letterNode } from './dead-letter-source.js';
import { definitionNode } from './definition-source.js';
import { type NodeType, readGlobalId } from './global-ids.js';
import { Node } from './node.object.js';
import { shownTaskDetails, sourceOfRun } from './run-source.js';

type Find = (key: string, asking: Asking) => Promise<object>;

const uuid = z.object({ id: the.workflowId });
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
    const { type, key } = readGlobalId(id) ?? notFound(id);
    return this.finding[type](key, asking);
  }

  private readonly finding: { readonly [Type in NodeType]: Find } = {
    Workflow: async (key, asking) => {
      const { id: run } = read(uuid, { id: key });
      return sourceOfRun(await asking.run({ run, known: NOTHING_KNOWN, payloads: false }));
    },
    Task: async (key, { context }) => {
      const { workflow, ordinal } = read(z.object({ id: the.taskId }), { id: key }).id;
      return shownTaskDetails(
        await this.queries.execute(new GetTask(context, workflow, ordinal, false, NOTHING_KNOWN)),
      );
    },
    DeadLetter: async (key, { context }) => {
      const { id } = read(uuid, { id: key });
      return letterNode(await this.queries.execute(new GetDeadLetter(context, id)), this.tokens);
    },
    Definition: async (key, { context }) => {
      const [, name, number] = version.exec(key) ?? notFound(key);
      return definitionNode(await this.queries.execute(new GetDefinition(context, name!, Number(number))));
    },
  };
}

function notFound(id: string): never {
  throw new NotFound('node.not-found', `nothing has the global id ${id.slice(0, 200)}`);
}
