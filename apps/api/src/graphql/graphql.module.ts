import { Catch, type DynamicModule, type ExceptionFilter, type Provider } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { GraphQLModule, GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { LiveFeed, PositionTokens } from '@orrery/application';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { Bugs } from '../http/bugs.js';
import { DeadLettersResolver } from './dead-letters.resolver.js';
import { DefinitionsResolver } from './definitions.resolver.js';
import { DOCUMENTS_KEPT } from './documents.js';
import { LiveResolver } from './live.resolver.js';
import { NodeResolver } from './node.resolver.js';
import { TasksResolver } from './tasks.resolver.js';
import { WorkflowBatchesResolver } from './workflow-batches.resolver.js';
import { WorkflowCommandsResolver } from './workflow-commands.resolver.js';
import { DefinitionReferenceResolver, WorkflowFieldsResolver } from './workflow-fields.resolver.js';
import { WorkflowsResolver } from './workflows.resolver.js';

// Every type says its own name: what a class is called, a bundle may change.
/** Every class whose methods are fields of the schema. */
const RESOLVERS = [
  NodeResolver,
  WorkflowsResolver,
  WorkflowFieldsResolver,
  DefinitionReferenceResolver,
  WorkflowCommandsResolver,
  WorkflowBatchesResolver,
  DefinitionsResolver,
  TasksResolver,
  DeadLettersResolver,
  LiveResolver,
] as const;

/** Errors of resolvers are shown, and logged, by who answers the request: Nest would take each refusal for a bug. */
@Catch()
class LeaveErrors implements ExceptionFilter {
  catch(error: unknown): never {
    throw error;
  }
}

/** What resolvers share with the other faces. */
export interface GraphqlProviders {
  readonly commands: CommandBus;
  readonly queries: QueryBus;
  readonly tokens: PositionTokens;
  readonly feed: LiveFeed;
  readonly bugs: Bugs;
}

class ResolversModule {}

/** The schema over the resolvers, and Mercurius to execute it. What comes over HTTP does not come to its own routes. */
export function graphqlModule({ commands, queries, tokens, feed, bugs }: GraphqlProviders): DynamicModule {
  const schema = GraphQLModule.forRoot<MercuriusDriverConfig>({
    driver: MercuriusDriver,
    autoSchemaFile: true,
    sortSchema: true,
    routes: false,
    graphiql: false,
    cache: DOCUMENTS_KEPT,
    // Errors are shown by who answers the request.
    errorFormatter: (execution) => ({ statusCode: 200, response: execution as never }),
  });
  const providers: Provider[] = [
    ...RESOLVERS,
    { provide: CommandBus, useValue: commands },
    { provide: QueryBus, useValue: queries },
    { provide: PositionTokens, useValue: tokens },
    { provide: LiveFeed, useValue: feed },
    { provide: Bugs, useValue: bugs },
    { provide: APP_FILTER, useClass: LeaveErrors },
  ];
  return { module: ResolversModule, imports: [schema], providers };
}

/** The schema in GraphQL's own language, made from the resolvers without serving them. */
export async function schemaText(): Promise<string> {
  const builder = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, { logger: false });
  const schema = await builder.get(GraphQLSchemaFactory).create([...RESOLVERS]);
  await builder.close();
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
