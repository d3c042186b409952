import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { Json, TaskStatus as Status } from '@orrery/domain';
import { ConnectionOf, PositionedConnectionOf } from './connection.js';
import { TaskStatus } from './enums.js';
import { Node } from './node.object.js';
import { DateTimeScalar, JsonScalar } from './scalars.js';

@ObjectType('Failure', { description: 'Why something failed.' })
export class Failure {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;

  @Field(() => JsonScalar, { nullable: true })
  details?: Json;
}

@ObjectType('Progress', { description: 'How many there are, and how many of them are done with.' })
export class Progress {
  @Field(() => Int)
  total!: number;

  @Field(() => Int)
  ended!: number;
}

@ObjectType({ isAbstract: true })
abstract class Attempt {
  @Field(() => ID, { description: 'Its id for the other faces: `<workflow id>~<ordinal>`.' })
  taskId!: string;

  @Field(() => String, { description: 'Its name in the definition; that of an item has its index.' })
  key!: string;

  @Field(() => String, { description: 'What the worker that takes it has to know.' })
  type!: string;

  @Field(() => TaskStatus)
  status!: Status;

  @Field(() => Int, { description: 'The how manyth attempt it is in; 0 before the first.' })
  attempt!: number;

  @Field(() => DateTimeScalar, { nullable: true })
  nextAttemptAt!: string | null;

  @Field(() => String, { nullable: true, description: 'The worker that has it, or had it last.' })
  worker!: string | null;

  @Field(() => Failure, { nullable: true })
  error!: Failure | null;
}

@ObjectType({ isAbstract: true })
abstract class AttemptOfRun extends Attempt {
  @Field(() => Int)
  maxAttempts!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Why it does not go on by itself just now, in a sentence.',
  })
  waitingFor!: string | null;

  @Field(() => DateTimeScalar, { nullable: true })
  queuedAt!: string | null;

  @Field(() => DateTimeScalar, { nullable: true })
  startedAt!: string | null;

  @Field(() => DateTimeScalar, { nullable: true })
  endedAt!: string | null;

  @Field(() => ID, { nullable: true, description: 'The run that its last attempt is, for a task of type `workflow`.' })
  childId!: string | null;
}

@ObjectType('Compensation', { description: 'What undoes a task.' })
export class Compensation extends AttemptOfRun {}

@ObjectType('Task', { implements: () => Node, description: 'A task of a run.' })
export class Task extends AttemptOfRun implements Node {
  id!: string;

  @Field(() => [ID], { description: 'The `taskId` of each task that it waits for.' })
  dependsOn!: string[];

  @Field(() => JsonScalar, { nullable: true, description: 'Null until it has one, and if it is left out.' })
  output!: Json;

  @Field(() => Boolean, { description: 'The output is large: ask for it with `payloads`.' })
  outputOmitted!: boolean;

  @Field(() => Progress, { nullable: true, description: 'Of a task with a `forEach`: how far its items are.' })
  items!: Progress | null;

  @Field(() => Compensation, { nullable: true, description: 'What undoes it, if anything does.' })
  compensation!: Compensation | null;
}

@ObjectType('TaskConnection', {
  description: "A page of a run's tasks: those of its definition, then those that items became.",
})
export class TaskConnection extends ConnectionOf(Task, 'Task') {}

@ObjectType('OpenTask', { description: 'A task that is open, or failed, in the list of those of all runs.' })
export class OpenTask extends Attempt {
  @Field(() => ID)
  workflowId!: string;

  @Field(() => Int)
  priority!: number;

  @Field(() => DateTimeScalar, { description: 'When the attempt was queued, or its wait began.' })
  since!: string;
}

@ObjectType('OpenTaskConnection', {
  description: 'Open and failed tasks of all runs, newest first. Those that ended are in their run.',
})
export class OpenTaskConnection extends PositionedConnectionOf(OpenTask, 'OpenTask') {}
