import { Field, Int, ObjectType } from '@nestjs/graphql';
import * as the from '@orrery/contract/schemas';
import type { JsonObject } from '@orrery/domain';
import { PositionedConnectionOf } from './connection.js';
import { DefinitionFormat, FaultSeverity } from './enums.js';
import { Node } from './node.object.js';
import { said } from './said.js';
import { DateTimeScalar, JsonScalar } from './scalars.js';

@ObjectType('Definition', { implements: () => Node, description: 'A version of a definition: what workflows do.' })
export class Definition implements Node {
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => Int)
  version!: number;

  @Field(() => Int)
  latestVersion!: number;

  @Field(() => String, { description: 'The hash of its content: the same content has the same.' })
  hash!: string;

  @Field(() => DefinitionFormat)
  format!: 'json' | 'yaml';

  @Field(() => String, { description: 'The text as its author wrote it.' })
  source!: string;

  @Field(() => JsonScalar)
  document!: JsonObject;
}

@ObjectType('DefinitionSummary', { description: 'A definition in the list of them, with its newest version.' })
export class DefinitionSummary {
  @Field(() => String)
  name!: string;

  @Field(() => Int)
  version!: number;

  @Field(() => String)
  hash!: string;

  @Field(() => DateTimeScalar)
  registeredAt!: string;
}

@ObjectType('DefinitionConnection', { description: 'Definitions, newest first, each with its newest version.' })
export class DefinitionConnection extends PositionedConnectionOf(DefinitionSummary, 'DefinitionSummary') {}

@ObjectType('Fault', { description: 'What is wrong, or may be, in one place.' })
export class Fault {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;

  @Field(() => String, { description: said(the.fault, 'pointer') })
  pointer!: string;

  @Field(() => FaultSeverity)
  severity!: 'error' | 'warning';

  @Field(() => String, { nullable: true })
  hint?: string;

  @Field(() => Int, { nullable: true })
  line?: number;

  @Field(() => Int, { nullable: true })
  column?: number;
}

@ObjectType('DefinitionCheck', { description: 'All faults and warnings of a definition at once.' })
export class DefinitionCheck {
  @Field(() => Boolean)
  valid!: boolean;

  @Field(() => [Fault])
  errors!: Fault[];

  @Field(() => [Fault])
  warnings!: Fault[];
}
