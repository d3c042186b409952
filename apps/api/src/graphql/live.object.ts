import { Field, ID, ObjectType } from '@nestjs/graphql';
import { Event } from './event.object.js';
import type { RunSource } from './run-source.js';
import { Workflow } from './workflow.object.js';

@ObjectType('LiveEvent', { description: 'An event as the live feed tells it.' })
export class LiveEvent extends Event {
  @Field(() => String, { description: 'Where to go on after it: the `after` of the next subscription.' })
  cursor!: string;

  @Field(() => ID, { nullable: true, description: 'The UUID of the run that it is of; null for what is no run’s.' })
  workflowId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The name of the definition that the run runs, or that was registered.',
  })
  definition!: string | null;

  @Field(() => ID, { nullable: true, description: 'The dead letter that it is of.' })
  deadLetterId!: string | null;
}

@ObjectType('WorkflowChange', { description: 'Something happened to a run.' })
export class WorkflowChange {
  @Field(() => String, { description: 'Where to go on after it: the `after` of the next subscription.' })
  cursor!: string;

  @Field(() => LiveEvent, { description: 'What happened.' })
  event!: LiveEvent;

  @Field(() => Workflow, {
    nullable: true,
    description: 'The run, as new as the event or newer; null once it was deleted. It is read when it is asked for.',
  })
  workflow?: RunSource | null;
}
