import { TaskError } from '@orrery/application';
import { LRUCache } from 'lru-cache';

/** How many origins are kept in mind that failed of late. Whichever is forgotten counts as one that never failed. */
const ORIGINS_MAX = 1_000;
/** The part of a pause over which the next attempts are spread: if all came at once, the trial would turn them away. */
const SPREAD = 0.1;

export const CIRCUIT = { failuresMax: 5, pauseMs: 60_000 };

export interface CircuitOptions {
  /** How many failures in a row open a circuit; 0 is for never. */
  readonly failuresMax: number;
  /** For how long an origin is left alone then, in milliseconds. */
  readonly pauseMs: number;
  /** Milliseconds that only go forward: no clock that is set back keeps an origin from being called. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Hears what the circuits do. */
export interface CircuitListener {
  /** This origin is left alone for so many milliseconds: so many of its calls failed in a row. */
  opened(origin: string, failures: number, pauseMs: number): void;
  /** A call was not made, since its origin is left alone. */
  refused(): void;
}

/** What a call has shown of the origin that it went to. */
export type Showing = 'answered' | 'failed' | 'nothing';

/** An origin that failed: how often in a row, and when it may be called again. Those that answer have none. */
interface Circuit {
  readonly failures: number;
  readonly openUntil?: number;
}

/**
 * A circuit breaker for each origin (scheme, host and port) that http tasks call. It is our own, since an attempt is to
 * be told when the next has a chance: cockatiel does not know, has its own clock, and lets all wait for its trial.
 */
export class Circuits {
  private readonly failing = new LRUCache<string, Circuit>({ max: ORIGINS_MAX });
  private readonly options: CircuitOptions;

  constructor(
    options: Partial<CircuitOptions> = {},
    private readonly listener?: CircuitListener,
  ) {
    this.options = { ...CIRCUIT, now: () => performance.now(), random: Math.random, ...options };
  }

  /** Begins a call; what it showed is to be told at its end. Throws `http.circuit-open` if the origin is left alone. */
  begin(origin: string): (showing: Showing) => void {
    const { now, pauseMs } = this.options;
    const circuit = this.failing.get(origin);
    const leftMs = (circuit?.openUntil ?? -Infinity) - now();
    if (circuit && leftMs > 0) {
      this.listener?.refused();
      throw this.openFor(origin, circuit, leftMs);
    }
    const isTrial = circuit?.openUntil !== undefined;
    // One trial in each pause, even if it shows nothing: whoever comes after it is told to wait as if it had failed.
    if (isTrial) this.failing.set(origin, { ...circuit, openUntil: now() + pauseMs });
    return (showing) => {
      if (showing === 'answered') this.failing.delete(origin);
      if (showing === 'failed') this.count(origin, isTrial);
    };
  }

  private count(origin: string, wasTrial: boolean): void {
    const { now, pauseMs, failuresMax } = this.options;
    const before = this.failing.get(origin);
    const failures = (before?.failures ?? 0) + 1;
    // What was under way when the circuit opened, and fails later, keeps it open no longer.
    const opens = wasTrial || failures === failuresMax;
    this.failing.set(origin, { ...before, failures, ...(opens ? { openUntil: now() + pauseMs } : {}) });
    if (opens) this.listener?.opened(origin, failures, pauseMs);
  }

  private openFor(origin: string, { failures }: Circuit, leftMs: number): TaskError {
    const { pauseMs, random } = this.options;
    const message = `${origin} is not called for ${Math.ceil(leftMs / 1000)} s: its last ${failures} calls failed`;
    const retryAfterMs = Math.ceil(leftMs + random() * SPREAD * pauseMs);
    return new TaskError('http.circuit-open', message, { retryAfterMs });
  }
}
