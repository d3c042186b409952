import {
  EventExchange,
  type EventName,
  type OutgoingEvent,
  type RedrivenMessage,
  eventName,
} from '@orrery/application';
import { Unavailable } from '@orrery/domain';
import type { Message } from 'amqplib';
import type { ConfirmedPublisher, OutgoingMessage, PublishOptions } from './confirmed-publisher.js';
import { type EventMode, eventId, eventMessage } from './event-message.js';
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
  private hasLeft = false;
  /** Who waits for the broker to take something: each is told when nobody waits any more. */
  private readonly waiting = new Set<(error: Unavailable) => void>();

  constructor(
    private readonly publisher: ConfirmedPublisher,
    private readonly names: Names,
    private readonly telling: Telling,
  ) {
    super();
    this.fits = fitsOneOf(telling.patterns);
  }

  override wants(name: EventName): boolean {
    let isWanted = this.wanted.get(name);
    if (isWanted === undefined) this.wanted.set(name, (isWanted = this.fits(name)));
    return isWanted;
  }

  override async publish(events: readonly OutgoingEvent[]): Promise<void> {
    await this.send(this.messagesOf(events));
  }

  override async ask(events: readonly OutgoingEvent[]): Promise<ReadonlySet<EventName>> {
    const unheard = new Set<EventName>();
    // There somebody may choose by headers: what one message brings back says nothing of another of its name.
    if (this.telling.mode === 'binary') return this.publish(events).then(() => unheard);
    // Only of these: another message may have been on its way back since before they were committed.
    const asked = new Set(events.map((event) => `${eventName(event)} ${eventId(event)}`));
    const onReturned = ({ fields: { routingKey }, properties: { messageId } }: Message) => {
      if (asked.has(`${routingKey} ${messageId}`)) unheard.add(routingKey as EventName);
    };
    await this.send(this.messagesOf(events, true), { onReturned });
    return unheard;
  }

  override async redrive(redriven: readonly RedrivenMessage[]): Promise<void> {
    const { names } = this;
    const messages = redriven.map(({ letter, message }) => redrivenMessage(letter, message, names));
    // What is sent to an exchange that leads nowhere is lost, and taken all the same.
    await this.send(messages, { declare: (channel) => declareCommands(channel, names) });
  }

  override stop(): void {
    const leave = () => {
      this.hasLeft = true;
      for (const giveUp of this.waiting) giveUp(stopped());
    };
    if (this.publisher.trouble === undefined) setTimeout(leave, END_WITHIN_MS).unref();
    else leave();
  }

  private async send(messages: Iterable<OutgoingMessage>, options?: PublishOptions): Promise<void> {
    if (this.hasLeft) throw stopped();
    let giveUp: (error: Unavailable) => void = () => undefined;
    // One for each: a promise that stays as long as the process would remember all that ever waited with it.
    const left = new Promise<never>((_, reject) => (giveUp = reject));
    this.waiting.add(giveUp);
    const sending = Promise.race([left, this.publisher.publish(messages, options)]);
    await sending.finally(() => this.waiting.delete(giveUp));
  }

  /** Made as they are sent, each time that they are. */
  private messagesOf(events: readonly OutgoingEvent[], mandatory = false): Iterable<OutgoingMessage> {
    const { names, telling } = this;
    return {
      *[Symbol.iterator]() {
        for (const event of events) {
          const message = eventMessage(names.events, event, telling.mode);
          yield mandatory ? { ...message, properties: { ...message.properties, mandatory } } : message;
        }
      },
    };
  }
}

function stopped(): Unavailable {
  return new Unavailable('exchange.stopped', 'no events are told any more');
}
