import { ArgsType, Field, ID, InputType, Int } from '@nestjs/graphql';
import { type RequestFault, API_LIMITS, invalidRequest, parsePart } from '@orrery/contract';
import * as the from '@orrery/contract/schemas';
import type { DeadLetterStatus as Letter, Json, TaskStatus as Task, WorkflowStatus as Workflow } from '@orrery/domain';
import { z } from 'zod';
import { DeadLetterStatus, DefinitionFormat, TaskStatus, WorkflowStatus } from './enums.js';
import { DateTimeScalar, JsonScalar, PositionScalar } from './scalars.js';

/** Arguments as a schema of the contract reads them. Throws `Invalid` with the faults, whose places count from the arguments. */
export function read<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const faults: RequestFault[] = [];
  const parsed = parsePart('body', schema, given, faults);
  if (faults.length > 0) throw invalidRequest(faults);
  return parsed as z.output<Schema>;
}

/** What GraphQL has no value for is not there at all: null says the same as leaving it out. */
export function given<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: NonNullable<Fields[Name]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)) as {
    [Name in keyof Fields]?: NonNullable<Fields[Name]>;
  };
}

const paging = z.object({
  first: z.int().min(1).max(API_LIMITS.pageItemsMax).default(API_LIMITS.pageItems),
  after: the.cursor.optional(),
});

/** Which page a list is asked for. */
export function readPaging({ first, after }: Pick<PageArgs, 'first' | 'after'>) {
  return read(paging, given({ first, after }));
}

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: `How many at most: ${API_LIMITS.pageItems} if it is not said, and never more than ${API_LIMITS.pageItemsMax}.`,
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'The cursor after which the page begins.' })
  after?: string | null;
}

@ArgsType()
export class ListArgs extends PageArgs {
  @Field(() => PositionScalar, { nullable: true, description: 'The list is never older than this.' })
  atLeast?: string | null;
}

@ArgsType()
export class WorkflowArgs {
  @Field(() => Int, { nullable: true, description: 'As it was after so many events.' })
  atVersion?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Give inputs and outputs whole, however large.' })
  payloads?: boolean | null;

  @Field(() => PositionScalar, { nullable: true, description: 'The run is never older than this.' })
  atLeast?: string | null;
}

@InputType('LabelFilter', { description: 'What a label must be: of this name, with this value or with any.' })
export class LabelFilter {
  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  value?: string | null;
}

/** A label that is asked for, as REST writes it. */
export function textOf({ name, value }: LabelFilter): string {
  return value === null || value === undefined ? name : `${name}:${value}`;
}

@InputType('WorkflowFilter', { description: 'Which runs; they are all that it says.' })
export class WorkflowFilter {
  @Field(() => [WorkflowStatus], { nullable: true })
  status?: Workflow[] | null;

  @Field(() => String, { nullable: true, description: 'The name of their definition.' })
  definition?: string | null;

  @Field(() => DateTimeScalar, { nullable: true })
  startedAfter?: number | null;

  @Field(() => DateTimeScalar, { nullable: true })
  startedBefore?: number | null;

  @Field(() => DateTimeScalar, { nullable: true })
  endedBefore?: number | null;

  @Field(() => [LabelFilter], { nullable: true })
  labels?: LabelFilter[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Words. Each begins a word of the name of the definition, of a label, or of the error; or all of it is how the id begins.',
  })
  q?: string | null;
}

@ArgsType()
export class WorkflowsArgs extends ListArgs {
  @Field(() => WorkflowFilter, { nullable: true })
  filter?: WorkflowFilter | null;
}

@InputType('TaskFilter', { description: 'Which tasks; they are all that it says.' })
export class TaskFilter {
  @Field(() => [TaskStatus], { nullable: true })
  status?: Task[] | null;

  @Field(() => String, { nullable: true })
  type?: string | null;
}

@ArgsType()
export class TasksArgs extends ListArgs {
  @Field(() => TaskFilter, { nullable: true })
  filter?: TaskFilter | null;
}

@InputType('LabelInput', { description: 'A label of a run that is started.' })
export class LabelInput {
  @Field(() => String)
  name!: string;

  @Field(() => String)
  value!: string;
}

@InputType('StartWorkflowInput', { description: 'What a run is started with.' })
export class StartWorkflowInput {
  @Field(() => JsonScalar, { description: 'A name, `name@version`, or a whole definition.' })
  definition!: Json;

  @Field(() => ID, { nullable: true, description: 'A UUID. It makes the start repeatable.' })
  id?: string | null;

  @Field(() => JsonScalar, { nullable: true })
  input?: Json;

  @Field(() => [LabelInput], { nullable: true })
  labels?: LabelInput[] | null;

  @Field(() => Int, { nullable: true })
  priority?: number | null;
}

/** What every write takes. */
@ArgsType()
export class WriteArgs {
  @Field(() => String, {
    nullable: true,
    description: 'Makes it repeatable: the same key and the same request have the same answer.',
  })
  idempotencyKey?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Tell which events would follow, and do nothing.' })
  dryRun?: boolean | null;
}

/** What every command takes that may be guarded. */
@ArgsType()
abstract class GuardedArgs extends WriteArgs {
  @Field(() => Int, {
    nullable: true,
    description: 'The version that its subject must be at, or the command is refused.',
  })
  ifVersion?: number | null;
}

/** What every command to a run takes. */
@ArgsType()
export class CommandArgs extends GuardedArgs {
  @Field(() => ID, { description: 'The run: its UUID, or its global id.' })
  id!: string;
}

/** What every command to a dead letter takes. */
@ArgsType()
export class LetterCommandArgs extends GuardedArgs {
  @Field(() => ID, { description: 'The dead letter: its UUID, or its global id.' })
  id!: string;
}

@ArgsType()
export class LetterArgs {
  @Field(() => ID, { description: 'Its UUID, or its global id.' })
  id!: string;

  @Field(() => PositionScalar, { nullable: true, description: 'The dead letter is never older than this.' })
  atLeast?: string | null;
}

@InputType('DeadLetterFilter', { description: 'Which dead letters.' })
export class DeadLetterFilter {
  @Field(() => [DeadLetterStatus], { nullable: true })
  status?: Letter[] | null;
}

@ArgsType()
export class DeadLettersArgs extends ListArgs {
  @Field(() => DeadLetterFilter, { nullable: true })
  filter?: DeadLetterFilter | null;
}

@ArgsType()
export class TaskArgs {
  @Field(() => Boolean, { nullable: true, description: 'Give its output whole, however large.' })
  payloads?: boolean | null;

  @Field(() => PositionScalar, { nullable: true, description: 'The task is never older than this.' })
  atLeast?: string | null;
}

@ArgsType()
export class DefinitionArgs {
  @Field(() => String)
  name!: string;

  @Field(() => Int, { nullable: true, description: 'The newest, if it is not said.' })
  version?: number | null;

  @Field(() => PositionScalar, { nullable: true, description: 'The definition is never older than this.' })
  atLeast?: string | null;
}

@ArgsType()
export class DefinitionTextArgs {
  @Field(() => String, { description: 'The text as its author wrote it.' })
  source!: string;

  @Field(() => DefinitionFormat, { nullable: true, description: 'YAML if it is not said, in which JSON is YAML too.' })
  format?: 'json' | 'yaml' | null;
}

@ArgsType()
export class RegisterArgs extends WriteArgs {
  @Field(() => String, { description: 'The text as its author wrote it.' })
  source!: string;

  @Field(() => DefinitionFormat, { nullable: true, description: 'YAML if it is not said, in which JSON is YAML too.' })
  format?: 'json' | 'yaml' | null;
}
