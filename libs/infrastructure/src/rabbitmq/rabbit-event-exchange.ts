import { EventExchange, type OutgoingEvent } from '@orrery/application';
import { Unavailable } from '@orrery/domain';
import type { ConfirmedPublisher } from './confirmed-publisher.js';
import { eventMessage } from './event-message.js';

/** How long what is being taken may take to its end, once it is stopped, in milliseconds. */
const END_WITHIN_MS = 3_000;

/** Tells events to a topic exchange, persistent and confirmed. */
export class RabbitEventExchange extends EventExchange {
  private leave: (error: Unavailable) => void = () => undefined;
  private readonly left: Promise<never>;

  constructor(
    private readonly publisher: ConfirmedPublisher,
    private readonly exchange: string,
  ) {
    super();
    this.left = new Promise((_, reject) => (this.leave = reject));
    this.left.catch(() => undefined);
  }

  override async publish(events: readonly OutgoingEvent[]): Promise<void> {
    const messages = events.map((event) => eventMessage(this.exchange, event));
    await Promise.race([this.left, this.publisher.publish(messages)]);
  }

  override stop(): void {
    const leave = () => this.leave(new Unavailable('exchange.stopped', 'no events are told any more'));
    if (this.publisher.trouble === undefined) setTimeout(leave, END_WITHIN_MS).unref();
    else leave();
  }
}
