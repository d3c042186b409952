import type { Context } from '../../kernel/context.js';
import { type Listing, newEnough } from '../../kernel/listing.js';
import { type Handler, Query } from '../../kernel/messages.js';
import type { Page } from '../../kernel/page.js';
import type { Authorize } from '../../kernel/ports/authorize.js';
import type { Clock } from '../../kernel/ports/clock.js';
import type { DeadLetterFilter, DeadLetterList, DeadLetterSummary } from '../ports/dead-letter-list.js';

/** The dead letters, newest first: those that wait, unless others are asked for. */
export class ListDeadLetters extends Query<Page<DeadLetterSummary>> {
  constructor(
    readonly context: Context,
    readonly listing: Listing<DeadLetterFilter>,
  ) {
    super();
  }
}

export class ListDeadLettersHandler implements Handler<ListDeadLetters> {
  readonly handles = ListDeadLetters;

  constructor(
    private readonly list: DeadLetterList,
    readonly clock: Clock,
    private readonly authorize: Authorize,
    readonly partitions: number,
  ) {}

  async execute({ context, listing }: ListDeadLetters): Promise<Page<DeadLetterSummary>> {
    const { namespace, actor } = context;
    this.authorize.check(actor, namespace, 'ListDeadLetters');
    const { status = ['waiting'] } = listing.filter;
    return newEnough(listing, this, (newness) =>
      this.list.listDeadLetters({ namespace, status }, { ...listing.page, ...newness }),
    );
  }
}
