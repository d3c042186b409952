import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { DeadLetterQueue as Queue, DeadLetterStatus as Status, JsonObject } from '@orrery/domain';
import { deadLetterRoutes } from '../contract/dead-letters.js';
import { PositionedConnectionOf } from './connection.js';
import { DeadLetterQueue, DeadLetterStatus, LetterEncoding } from './enums.js';
import { Node } from './node.object.js';
import { said } from './said.js';
import { DateTimeScalar, JsonScalar, PositionScalar } from './scalars.js';

const letter = deadLetterRoutes.get.answers[200].body;
const { message } = letter.shape;

/** What the list and the letter itself have in common. */
@ObjectType({ isAbstract: true })
abstract class Letter {
  @Field(() => ID, { description: 'Its UUID: the id that the other faces know.' })
  deadLetterId!: string;

  @Field(() => DeadLetterStatus)
  status!: Status;

  @Field(() => DeadLetterQueue, { description: said(letter, 'queue') })
  queue!: Queue;

  @Field(() => String, { description: said(letter, 'reason') })
  reason!: string;

  @Field(() => String)
  detail!: string;

  @Field(() => Int, { description: said(letter, 'bytes') })
  bytes!: number;

  @Field(() => Int, { description: 'How many events it has had. Send it as `ifVersion` to guard a command.' })
  version!: number;

  @Field(() => DateTimeScalar)
  recordedAt!: string;

  @Field(() => DateTimeScalar)
  changedAt!: string;
}

@ObjectType('LetterMessage', { description: 'The message of a dead letter, as it came.' })
export class LetterMessage {
  @Field(() => String)
  body!: string;

  @Field(() => LetterEncoding, { description: said(message, 'encoding') })
  encoding!: 'text' | 'base64';

  @Field(() => String, { nullable: true })
  contentType?: string;

  @Field(() => String, { nullable: true })
  contentEncoding?: string;

  @Field(() => String, { nullable: true })
  messageId?: string;

  @Field(() => String, { nullable: true })
  correlationId?: string;

  @Field(() => String, { nullable: true })
  replyTo?: string;

  @Field(() => String, { nullable: true })
  type?: string;

  @Field(() => String, { nullable: true })
  exchange?: string;

  @Field(() => String, { nullable: true })
  routingKey?: string;

  @Field(() => JsonScalar, { description: said(message, 'headers') })
  headers!: JsonObject;
}

@ObjectType('DeadLetter', { implements: () => Node, description: 'A message that was set aside.' })
export class DeadLetter extends Letter implements Node {
  id!: string;

  @Field(() => Boolean, { description: said(letter, 'truncated') })
  truncated!: boolean;

  @Field(() => Int, { description: said(letter, 'redrives') })
  redrives!: number;

  @Field(() => LetterMessage)
  message!: LetterMessage;

  @Field(() => PositionScalar, { description: 'Where its last event stands.' })
  position!: string;
}

@ObjectType('DeadLetterSummary', { description: 'A dead letter in the list of them, without its message.' })
export class DeadLetterSummary extends Letter {
  @Field(() => String, { nullable: true, description: 'What the message says that it is.' })
  type!: string | null;

  @Field(() => String, { nullable: true })
  messageId!: string | null;
}

@ObjectType('DeadLetterConnection', { description: 'Dead letters, newest first.' })
export class DeadLetterConnection extends PositionedConnectionOf(DeadLetterSummary, 'DeadLetterSummary') {}
