import { Controller } from '@nestjs/common';
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
import { deadLetterRoutes } from '../contract/dead-letters.js';
import { type RequestOf, Serves } from '../http/mount.js';
import { pageRequest, writePage } from '../http/pages.js';

/** What both commands have in common. */
type Sending = Pick<RequestOf<typeof deadLetterRoutes.drop>, 'context' | 'params' | 'query'>;

/** Messages that were set aside: listed, read, sent again, and given up. */
@Controller()
export class DeadLettersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly tokens: PositionTokens,
  ) {}

  @Serves(deadLetterRoutes.list)
  async list({ context, query, atLeast }: RequestOf<typeof deadLetterRoutes.list>) {
    const { cursor, limit, ...filter } = query;
    const listing = { filter, page: pageRequest({ cursor, limit }), atLeast };
    const page = await this.queries.execute(new ListDeadLetters(context, listing));
    return { status: 200 as const, body: writePage(page, this.tokens, shownDeadLetter) };
  }

  @Serves(deadLetterRoutes.get)
  async get({ context, params }: RequestOf<typeof deadLetterRoutes.get>) {
    const { position, ...letter } = await this.queries.execute(new GetDeadLetter(context, params.id));
    return { status: 200 as const, body: shownDeadLetter(letter), position, version: letter.version };
  }

  @Serves(deadLetterRoutes.redrive)
  redrive(request: RequestOf<typeof deadLetterRoutes.redrive>) {
    return this.send(request, new RedriveDeadLetter({}));
  }

  @Serves(deadLetterRoutes.drop)
  drop(request: RequestOf<typeof deadLetterRoutes.drop>) {
    return this.send(request, new DropDeadLetter({}));
  }

  private async send({ context, params: { id }, query }: Sending, command: LetterCommand) {
    if (query.dryRun) {
      const trial = await this.commands.execute(new TryOnDeadLetter(context, id, command));
      return { status: 200 as const, body: shownTrial(trial) };
    }
    const { position, changed } = await this.commands.execute(new SendToDeadLetter(context, id, command));
    const { version } = position;
    return { status: changed ? (202 as const) : (200 as const), body: { id, changed }, position, version };
  }
}
