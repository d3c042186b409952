import type { LiveEvent } from '../client/answers.js';
import { type CallOptions, mayPass, waitBefore } from '../client/http-connection.js';
import type { LabelFilter } from '../client/paging.js';
import { pause } from '../client/pause.js';

/** Which events are told: those that fit all that is given; without anything, all. */
export interface LiveFilter {
  /** Those of this run, which need not be there yet. */
  readonly workflow?: string;
  /** Those of this definition, and of its runs. */
  readonly definition?: string;
  /** Those of runs that have these labels. */
  readonly labels?: LabelFilter;
  /** Those of these types: `WorkflowCompleted`. */
  readonly type?: string | readonly string[];
}

/** From where events are told, and for how long. */
export interface LivePlace extends CallOptions {
  /** A cursor: what comes after it. `start`: all that there is. From now on, if it is not said. */
  readonly after?: string;
  /** How long the server may be away before the next event is rejected, in milliseconds; 60 s if it is not said. */
  readonly awayForMs?: number;
}

export interface LiveOptions extends LiveFilter, LivePlace {}

/** One connection to the live feed: it has begun, and tells everything from there on until it breaks. */
export interface LiveStream {
  /** Where to go on after what was taken from it. */
  readonly cursor: string;
  /** Rejects when it is broken. */
  next(): Promise<LiveEvent>;
  close(): void;
}

/** Opens a connection that begins after a cursor. It breaks when the signal is aborted. */
type OpenStream = (after: string | undefined, signal: AbortSignal) => Promise<LiveStream>;

const AWAY_FOR_MS = 60_000;

/**
 * Events of the live feed, for as long as they are asked for: each once, and those of a run in their order. What is not
 * asked for yet waits at the server. A connection that breaks is followed by another, which goes on where it was.
 */
export class LiveEvents implements AsyncIterableIterator<LiveEvent, undefined, undefined> {
  private readonly ending = new AbortController();
  private readonly signal: AbortSignal;
  private readonly awayForMs: number;
  private opening: Promise<LiveStream> | undefined;
  private stream: LiveStream | undefined;
  private left: string | undefined;
  private readonly events = this.follow();

  constructor(
    private readonly open: OpenStream,
    { after, signal, awayForMs = AWAY_FOR_MS }: LivePlace,
  ) {
    this.left = after;
    this.signal = signal ? AbortSignal.any([signal, this.ending.signal]) : this.ending.signal;
    this.awayForMs = awayForMs;
  }

  /**
   * Where to go on: after the last event, or beyond it where nothing else was wanted. Who keeps it comes back with it as
   * `after`, and misses nothing. Undefined before it has begun.
   */
  get cursor(): string | undefined {
    return this.stream?.cursor ?? this.left;
  }

  /** Resolves when it has begun: what is committed from then on is told. Else it begins with the first `next`. */
  async begun(): Promise<void> {
    await this.over(() => Promise.resolve());
  }

  /** The next event. Rejects with the signal's reason, or with why there are no more: `cursor` says where to go on. */
  next(): Promise<IteratorResult<LiveEvent, undefined>> {
    return this.events.next();
  }

  /** Nothing more is wanted. Whoever waits for the next event hears that there is none. */
  return(): Promise<IteratorResult<LiveEvent, undefined>> {
    this.ending.abort();
    this.lose(this.opening);
    return this.events.return(undefined);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private async *follow(): AsyncGenerator<LiveEvent, undefined, undefined> {
    try {
      for (;;) yield await this.over((stream) => stream.next());
    } catch (error) {
      if (!this.ending.signal.aborted) throw error;
    } finally {
      this.lose(this.opening);
    }
    return undefined;
  }

  /** Asks over a connection, and again over another where it breaks, until the server was away for too long. */
  private async over<Answer>(ask: (stream: LiveStream) => Promise<Answer>): Promise<Answer> {
    let until: number | undefined;
    for (let tries = 0; ; tries++) {
      this.signal.throwIfAborted();
      const opening = (this.opening ??= this.connect());
      try {
        return await ask(await opening);
      } catch (error) {
        this.lose(opening);
        this.signal.throwIfAborted();
        const waitMs = waitBefore(error, tries);
        const now = performance.now();
        until ??= now + this.awayForMs;
        if (!mayPass(error) || now + waitMs > until) throw error;
        await pause(waitMs, this.signal);
      }
    }
  }

  private async connect(): Promise<LiveStream> {
    return (this.stream = await this.open(this.left, this.signal));
  }

  /** Lets go of a connection, if it is the present one. */
  private lose(opening: Promise<LiveStream> | undefined): void {
    if (this.opening !== opening) return;
    this.left = this.cursor;
    this.stream?.close();
    this.opening = this.stream = undefined;
  }
}
