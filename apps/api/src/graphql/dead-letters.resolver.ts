import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  GetDeadLetter,
  type LetterCommand,
  ListDeadLetters,
  PositionTokens,
  SendToDeadLetter,
  TryOnDeadLetter,
} from '@orrery/application';
import { shownDeadLetter, shownTrial } from '@orrery/contract';
import { DropDeadLetter, RedriveDeadLetter } from '@orrery/domain';
import { DEAD_LETTERS, cursorAfter } from '@orrery/infrastructure';
import { DeadLettersArgs, LetterArgs, LetterCommandArgs, given, readPaging } from './arguments.js';
import type { Asking } from './asking.js';
import { connectionOf } from './connection.js';
import { DeadLetter, DeadLetterConnection } from './dead-letter.object.js';
import { letterNode } from './dead-letter-source.js';
import { sendingOf } from './definition-source.js';
import { DeadLetterPayload } from './payload.objects.js';
import { readLetterId } from './read-id.js';

/** Messages that were set aside: listed, read, sent again, and given up. */
@Resolver()
export class DeadLettersResolver {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly tokens: PositionTokens,
  ) {}

  @Query(() => DeadLetter, { nullable: true, description: 'A dead letter, with its message.' })
  async deadLetter(@Context('asking') asking: Asking, @Args() { id, atLeast }: LetterArgs) {
    // It is read from the log, which has everything: a position says nothing more, but it must be one.
    if (atLeast) this.tokens.read(atLeast);
    return this.letter(asking, id);
  }

  @Query(() => DeadLetterConnection, {
    description: 'Dead letters, newest first: those that wait, unless others are asked for.',
  })
  async deadLetters(@Context('asking') { context }: Asking, @Args() args: DeadLettersArgs) {
    const { first: limit, after: cursor } = readPaging(args);
    const atLeast = args.atLeast ? this.tokens.read(args.atLeast) : undefined;
    const listing = { filter: given({ status: args.filter?.status }), page: { limit, cursor }, atLeast };
    const { items, nextCursor, checkpoints } = await this.queries.execute(new ListDeadLetters(context, listing));
    const edges = items.map((letter) => {
      const { id: deadLetterId, ...shown } = shownDeadLetter(letter);
      return { cursor: cursorAfter(DEAD_LETTERS, letter), node: { deadLetterId, ...shown } };
    });
    return { ...connectionOf(edges, nextCursor !== null), position: this.tokens.writeReached(checkpoints) };
  }

  @Mutation(() => DeadLetterPayload, {
    nullable: true,
    description:
      'Send the message of a dead letter again, as it was. It is sent when a process that has the broker follows the log so far; set aside again it waits again.',
  })
  redriveDeadLetter(@Context('asking') asking: Asking, @Args() args: LetterCommandArgs) {
    return this.send(asking, args, new RedriveDeadLetter({}));
  }

  @Mutation(() => DeadLetterPayload, { nullable: true, description: 'Give a dead letter up.' })
  dropDeadLetter(@Context('asking') asking: Asking, @Args() args: LetterCommandArgs) {
    return this.send(asking, args, new DropDeadLetter({}));
  }

  private async send(asking: Asking, args: LetterCommandArgs, command: LetterCommand) {
    const id = readLetterId(args.id);
    const context = sendingOf(asking.context, args);
    if (args.dryRun) {
      return { ...shownTrial(await this.commands.execute(new TryOnDeadLetter(context, id, command))), changed: false };
    }
    const { position, changed } = await this.commands.execute(new SendToDeadLetter(context, id, command));
    return { deadLetter: await this.letter(asking, id), changed, position: this.tokens.write(position) };
  }

  private async letter({ context }: Asking, asked: string) {
    const query = new GetDeadLetter(context, readLetterId(asked));
    return letterNode(await this.queries.execute(query), this.tokens);
  }
}
