import {
  EventExchange,
  type EventName,
  type OutgoingEvent,
  type RedrivenMessage,
  eventName,
} from '@orrery/application';
import { Unavailable } from '@orrery/domain';

/** An exchange in memory: it remembers what it was told, and may be away. */
export class MemoryEventExchange extends EventExchange {
  readonly told: OutgoingEvent[] = [];
  readonly redriven: RedrivenMessage[] = [];
  private isStopped = false;
  private isAway = false;
  private waiting: (() => void)[] = [];

  /** Whether somebody hears events of this name just now. */
  isHeard: (name: EventName) => boolean = () => true;

  constructor(private readonly isWanted: (name: EventName) => boolean = () => true) {
    super();
  }

  override wants(name: EventName): boolean {
    return this.isWanted(name);
  }

  override async publish(events: readonly OutgoingEvent[]): Promise<void> {
    await this.back();
    this.told.push(...events.filter((event) => this.isHeard(eventName(event))));
  }

  override async ask(events: readonly OutgoingEvent[]): Promise<ReadonlySet<EventName>> {
    await this.publish(events);
    return new Set(events.map(eventName).filter((name) => !this.isHeard(name)));
  }

  override async redrive(messages: readonly RedrivenMessage[]): Promise<void> {
    await this.back();
    this.redriven.push(...messages);
  }

  override stop(): void {
    this.isStopped = true;
    this.wake();
  }

  away(isAway: boolean): void {
    this.isAway = isAway;
    this.wake();
  }

  private async back(): Promise<void> {
    while (this.isAway && !this.isStopped) await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (this.isStopped) throw new Unavailable('exchange.stopped', 'no events are told any more');
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
