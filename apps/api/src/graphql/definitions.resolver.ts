import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  GetDefinition,
  ListDefinitions,
  PositionTokens,
  SubmitDefinition,
  TryDefinition,
  ValidateDefinition,
} from '@orrery/application';
import { shownDefinition, shownFault, shownTrial } from '@orrery/contract';
import * as the from '@orrery/contract/schemas';
import { DEFINITIONS, cursorAfter } from '@orrery/infrastructure';
import { z } from 'zod';
import { DefinitionArgs, DefinitionTextArgs, ListArgs, RegisterArgs, given, read, readPaging } from './arguments.js';
import type { Asking } from './asking.js';
import { connectionOf } from './connection.js';
import { Definition, DefinitionCheck, DefinitionConnection } from './definition.object.js';
import { definitionNode, sendingOf, textOf } from './definition-source.js';
import { RegisterDefinitionPayload } from './payload.objects.js';

const one = z.object({ name: the.definitionName, version: z.int().min(1).max(999_999_999).optional() });

/** Definitions: registered, checked, listed and read. */
@Resolver()
export class DefinitionsResolver {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly tokens: PositionTokens,
  ) {}

  @Query(() => Definition, { nullable: true, description: 'A version of a definition, or the newest.' })
  async definition(@Context('asking') { context }: Asking, @Args() args: DefinitionArgs) {
    const { name, version } = read(one, given({ ...args, atLeast: undefined }));
    // It is read from the log, which has everything: a position says nothing more, but it must be one.
    if (args.atLeast) this.tokens.read(args.atLeast);
    return definitionNode(await this.queries.execute(new GetDefinition(context, name, version)));
  }

  @Query(() => DefinitionConnection, { description: 'Definitions, newest first, each with its newest version.' })
  async definitions(@Context('asking') { context }: Asking, @Args() args: ListArgs) {
    const { first: limit, after: cursor } = readPaging(args);
    const atLeast = args.atLeast ? this.tokens.read(args.atLeast) : undefined;
    const listing = { filter: {}, page: { limit, cursor }, atLeast };
    const { items, nextCursor, checkpoints } = await this.queries.execute(new ListDefinitions(context, listing));
    const edges = items.map((each) => ({ cursor: cursorAfter(DEFINITIONS, each), node: shownDefinition(each) }));
    return { ...connectionOf(edges, nextCursor !== null), position: this.tokens.writeReached(checkpoints) };
  }

  @Query(() => DefinitionCheck, { description: 'All faults and warnings of a definition at once. Nothing is stored.' })
  async validateDefinition(@Context('asking') { context }: Asking, @Args() args: DefinitionTextArgs) {
    const faults = await this.queries.execute(new ValidateDefinition(context, textOf(args)));
    const errors = faults.filter(({ severity }) => severity === 'error').map(shownFault);
    const warnings = faults.filter(({ severity }) => severity === 'warning').map(shownFault);
    return { valid: errors.length === 0, errors, warnings };
  }

  @Mutation(() => RegisterDefinitionPayload, {
    nullable: true,
    description: 'Register a definition. The same content keeps its version; changed content gets the next one.',
  })
  async registerDefinition(@Context('asking') { context: asked }: Asking, @Args() args: RegisterArgs) {
    const context = sendingOf(asked, args);
    const definition = textOf(args);
    if (args.dryRun) {
      const { events } = shownTrial(await this.commands.execute(new TryDefinition(context, definition)));
      return { events, changed: false, warnings: [] };
    }
    const accepted = await this.commands.execute(new SubmitDefinition(context, definition));
    const { name, version, created, warnings, position } = accepted;
    const read = await this.queries.execute(new GetDefinition(context, name, version));
    const told = { warnings: warnings.map(shownFault), position: this.tokens.write(position) };
    return { definition: definitionNode(read), changed: created, ...told };
  }
}
