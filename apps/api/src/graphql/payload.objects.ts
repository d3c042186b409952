import { Field, ID, ObjectType } from '@nestjs/graphql';
import { DeadLetter } from './dead-letter.object.js';
import { Definition, Fault } from './definition.object.js';
import { TriedEvent } from './event.object.js';
import { PositionScalar } from './scalars.js';
import { Workflow } from './workflow.object.js';

@ObjectType({ isAbstract: true })
abstract class Payload {
  @Field(() => PositionScalar, {
    nullable: true,
    description: 'Where the command stands: send it as `atLeast` to read what it did. Null of a dry run.',
  })
  position!: string | null;

  @Field(() => [TriedEvent], {
    nullable: true,
    description: 'The events that would follow; null unless it is a dry run.',
  })
  events!: TriedEvent[] | null;
}

@ObjectType('WorkflowPayload', { description: 'What became of a command to a run.' })
export class WorkflowPayload extends Payload {
  @Field(() => Workflow, { nullable: true, description: 'The run, as new as the command. Null of a dry run.' })
  workflow!: Workflow | null;

  @Field(() => Boolean, { description: 'False: nothing changed, it was so before. False of a dry run.' })
  changed!: boolean;
}

@ObjectType('DeadLetterPayload', { description: 'What became of a command to a dead letter.' })
export class DeadLetterPayload extends Payload {
  @Field(() => DeadLetter, {
    nullable: true,
    description: 'The dead letter, as new as the command. Null of a dry run.',
  })
  deadLetter!: DeadLetter | null;

  @Field(() => Boolean, { description: 'False: nothing changed, it was so before. False of a dry run.' })
  changed!: boolean;
}

@ObjectType('DeleteWorkflowPayload', { description: 'What became of a deletion.' })
export class DeleteWorkflowPayload extends Payload {
  @Field(() => ID, { description: 'The run that is there no more.' })
  workflowId!: string;

  @Field(() => Boolean, { description: 'False: it was deleted before. False of a dry run.' })
  changed!: boolean;
}

@ObjectType('Refusal', { description: 'Why one of many was refused.' })
export class Refusal {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  title!: string;

  @Field(() => String)
  detail!: string;

  @Field(() => Boolean)
  retryable!: boolean;

  @Field(() => [Fault], { nullable: true })
  errors?: Fault[];
}

@ObjectType('StartedItem', { description: 'What became of one of many starts: a run, or why there is none.' })
export class StartedItem {
  @Field(() => Workflow, { nullable: true })
  workflow!: Workflow | null;

  @Field(() => Boolean, { description: 'Whether this request started it.' })
  created!: boolean;

  @Field(() => [TriedEvent], {
    nullable: true,
    description: 'The events that would follow; null unless it is a dry run.',
  })
  events!: TriedEvent[] | null;

  @Field(() => Refusal, { nullable: true })
  problem!: Refusal | null;
}

@ObjectType('StartWorkflowsPayload', { description: 'An answer for each start, in the same order.' })
export class StartWorkflowsPayload {
  @Field(() => [StartedItem])
  items!: StartedItem[];

  @Field(() => PositionScalar, { nullable: true, description: 'Covers all that started; null if nothing did.' })
  position!: string | null;
}

@ObjectType('RegisterDefinitionPayload', { description: 'What became of a registration.' })
export class RegisterDefinitionPayload extends Payload {
  @Field(() => Definition, { nullable: true, description: 'The definition. Null of a dry run.' })
  definition!: Definition | null;

  @Field(() => Boolean, { description: 'False: this content was registered before. False of a dry run.' })
  changed!: boolean;

  @Field(() => [Fault])
  warnings!: Fault[];
}
