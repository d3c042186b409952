import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { JsonObject } from '@orrery/domain';
import { ConnectionOf } from './connection.js';
import { DateTimeScalar, JsonScalar, PositionScalar } from './scalars.js';

@ObjectType('Event', { description: 'What happened to a run.' })
export class Event {
  @Field(() => Int, { description: 'The how manyth of its run it is.' })
  version!: number;

  @Field(() => PositionScalar)
  position!: string;

  @Field(() => String, { description: 'What happened: `TaskCompleted`.' })
  type!: string;

  @Field(() => DateTimeScalar)
  at!: string;

  @Field(() => String, { description: 'Who did it.' })
  actor!: string;

  @Field(() => ID, { nullable: true, description: "What brought it: a client's command, or the attempt of a task." })
  causationId!: string | null;

  @Field(() => ID)
  correlationId!: string;

  @Field(() => JsonScalar, { description: 'What is told of it: a task by its `taskId`, `key` and `attempt`.' })
  data!: JsonObject;
}

@ObjectType('EventConnection', { description: 'The events of a run, oldest first.' })
export class EventConnection extends ConnectionOf(Event, 'Event') {}

@ObjectType('TriedEvent', { description: 'An event that a command would bring.' })
export class TriedEvent {
  @Field(() => String)
  type!: string;

  @Field(() => JsonScalar)
  data!: JsonObject;
}
