import { EventExchange, type EventName, type OutgoingEvent, type RedrivenMessage } from '@orrery/application';
import { Unavailable } from '@orrery/domain';
import type { Message } from 'amqplib';
import type { ConfirmedPublisher, OutgoingMessage } from './confirmed-publisher.js';
import { type EventMode, eventMessage } from './event-message.js';
import { redrivenMessage } from './set-aside.js';
import { fitsOneOf } from './topic-patterns.js';
import { type Names, declareCommands } from './topology.js';

/** How long what is being taken may take to its end, once it is stopped, in milliseconds. */
const END_WITHIN_MS = 3_000;

/** Which events are told, and how. */
export interface Telling {
  /** Of their routing keys. */
  readonly patterns: readonly string[];
  readonly mode: EventMode;
}

/** Tells events to a topic exchange, persistent and confirmed. */
export class RabbitEventExchange extends EventExchange {
  private readonly fits: (routingKey: string) => boolean;
  private readonly wanted = new Map<EventName, boolean>();
  private leave: (error: Unavailable) => void = () => undefined;
  private readonly left: Promise<never>;

  constructor(
    private readonly publisher: ConfirmedPublisher,
    private readonly names: Names,
    private readonly telling: Telling,
  ) {
    super();
    this.fits = fitsOneOf(telling.patterns);
    this.left = new Promise((_, reject) => (this.leave = reject));
    this.left.catch(() => undefined);
  }

  override wants(name: EventName): boolean {
    let isWanted = this.wanted.get(name);
    if (isWanted === undefined) this.wanted.set(name, (isWanted = this.fits(name)));
    return isWanted;
  }

  override async publish(events: readonly OutgoingEvent[]): Promise<ReadonlySet<EventName>> {
    const unheard = new Set<EventName>();
    const onReturned = ({ fields: { exchange, routingKey } }: Message) => {
      if (exchange === this.names.events) unheard.add(routingKey as EventName);
    };
    const publishing = this.publisher.publish(this.messagesOf(events), { onReturned });
    await Promise.race([this.left, publishing]);
    return unheard;
  }

  override async redrive(redriven: readonly RedrivenMessage[]): Promise<void> {
    const { names, publisher } = this;
    const messages = redriven.map(({ letter, message }) => redrivenMessage(letter, message, names));
    // What is sent to an exchange that leads nowhere is lost, and taken all the same.
    const publishing = publisher.publish(messages, { declare: (channel) => declareCommands(channel, names) });
    await Promise.race([this.left, publishing]);
  }

  override stop(): void {
    const leave = () => this.leave(new Unavailable('exchange.stopped', 'no events are told any more'));
    if (this.publisher.trouble === undefined) setTimeout(leave, END_WITHIN_MS).unref();
    else leave();
  }

  /** Made as they are sent, each time that they are. */
  private messagesOf(events: readonly OutgoingEvent[]): Iterable<OutgoingMessage> {
    const { names, telling } = this;
    return {
      *[Symbol.iterator]() {
        for (const event of events) yield eventMessage(names.events, event, telling.mode);
      },
    };
  }
}
