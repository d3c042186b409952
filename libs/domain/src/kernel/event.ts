/**
 * A fact, past tense: what happened, once and for good. `v` is the version of the event's own schema; an older one is
 * upcast when it is read. Everything random or of the clock that a decision drew is in its events.
 */
export interface DomainEvent {
  readonly type: string;
  readonly v: number;
}

/** An event as it stands in its stream: at which version, and when it was decided (milliseconds since the epoch). */
export interface Recorded<E extends DomainEvent = DomainEvent> {
  readonly version: number;
  readonly at: number;
  readonly event: E;
}
