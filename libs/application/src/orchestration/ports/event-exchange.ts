import type { LetterMessage } from '@orrery/domain';
import type { StreamKind } from '../stream-kinds.js';
import type { EventDetails } from '../views/event-details.js';

/** An event on its way out: as every face shows it, and what it is of. */
export interface OutgoingEvent extends Omit<EventDetails, 'position'> {
  readonly namespace: string;
  readonly aggregate: StreamKind;
  readonly stream: string;
  readonly partition: number;
  /** The version of the event's own schema. */
  readonly schema: number;
  /** The token of its place in the log. */
  readonly position: string;
  /** W3C trace context of the command that brought it. */
  readonly traceparent?: string;
}

/** A message that was set aside, on its way to where it came from: its letter's id goes with it. */
export interface RedrivenMessage {
  readonly letter: string;
  readonly message: LetterMessage;
}

/** What an event is called outside, `<namespace>.<aggregate>.<type>`: whoever hears of events chooses by it. */
export type EventName = `${string}.${StreamKind}.${string}`;

export function eventName({
  namespace,
  aggregate,
  type,
}: Pick<OutgoingEvent, 'namespace' | 'aggregate' | 'type'>): EventName {
  return `${namespace}.${aggregate}.${type}`;
}

/** Where events are told to whoever wants to hear of them outside. */
export abstract class EventExchange {
  /** Whether events of this name are told at all: others need not be made. */
  abstract wants(name: EventName): boolean;

  /**
   * Resolves when all of them are taken for good, in this order. It waits while nobody takes them, and begins again with
   * the first where it does not know: each is told at least once. Throws `Unavailable` once it is stopped.
   */
  abstract publish(events: readonly OutgoingEvent[]): Promise<void>;

  /** The same; and it says which of their names nobody hears, as it was at some moment between the call and its end. */
  abstract ask(events: readonly OutgoingEvent[]): Promise<ReadonlySet<EventName>>;

  /** Sends messages again to where commands are taken from: the same promise. */
  abstract redrive(messages: readonly RedrivenMessage[]): Promise<void>;

  /** Waits no longer for who is away; what is being taken may end. */
  abstract stop(): void;
}
