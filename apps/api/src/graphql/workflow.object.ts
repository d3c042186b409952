import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { WorkflowStatus as Status } from '@orrery/domain';
import { workflow } from '../contract/workflow-answers.js';
import { PositionedConnectionOf } from './connection.js';
import { WorkflowStatus } from './enums.js';
import { Node } from './node.object.js';
import { said } from './said.js';
import { DateTimeScalar } from './scalars.js';
import { Failure } from './task.object.js';

@ObjectType('Label', { description: 'A name and its value, by which runs are found.' })
export class Label {
  @Field(() => String)
  name!: string;

  @Field(() => String)
  value!: string;
}

@ObjectType('DefinitionReference', { description: 'Which definition a run has.' })
export class DefinitionReference {
  @Field(() => String)
  name!: string;

  @Field(() => Int, { nullable: true, description: said(workflow.shape.definition, 'version') })
  version!: number | null;
}

@ObjectType('Parent', { description: said(workflow, 'parent') })
export class Parent {
  @Field(() => ID, { description: 'The run that it is a child of.' })
  workflowId!: string;

  @Field(() => ID)
  taskId!: string;

  @Field(() => Int)
  attempt!: number;
}

// What a row of the list does not hold is a field of the resolver: it is read from the run itself.
@ObjectType('Workflow', {
  implements: () => Node,
  description:
    'A run. In a list, what the list does not hold is read from the run itself, and may be newer than the rest.',
})
export class Workflow implements Node {
  id!: string;

  @Field(() => DefinitionReference)
  definition!: DefinitionReference;

  @Field(() => WorkflowStatus)
  status!: Status;

  @Field(() => Failure, { nullable: true })
  error!: Failure | null;

  @Field(() => Int)
  priority!: number;

  @Field(() => DateTimeScalar)
  startedAt!: string;

  @Field(() => DateTimeScalar, { nullable: true })
  endedAt!: string | null;

  @Field(() => Int, { description: 'How many events it has had. Send it as `ifVersion` to guard a command.' })
  version!: number;
}

@ObjectType('StatusCount', { description: 'How many runs are in a status.' })
export class StatusCount {
  @Field(() => WorkflowStatus)
  status!: Status;

  @Field(() => Int)
  count!: number;
}

@ObjectType('WorkflowConnection', { description: 'Runs, newest first.' })
export class WorkflowConnection extends PositionedConnectionOf(Workflow, 'Workflow') {}
