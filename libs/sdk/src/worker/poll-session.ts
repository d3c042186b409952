import { backoffMs } from '../backoff.js';
import { HttpConnection } from '../client/http-connection.js';
import { pause } from '../client/pause.js';
import { Tasks } from '../client/tasks.js';
import { OrreryProblem } from '../errors.js';
import type { Json } from '../json.js';
import { type Attempt, insteadOf } from './attempt.js';
import { Attempts } from './attempts.js';
import { inBatches } from '../batches.js';
import { Presence } from './presence.js';
import { BEAT_EVERY_MS, type Session, type SessionOptions, atMost } from './session.js';

/** How long one request waits for a task; another follows it. */
const WAIT_MS = 20_000;
/** The server gives no more tasks at once. */
const POLL_MAX = 1_000;

/**
 * Does tasks for a server by plain requests: where a socket cannot get through. Each attempt needs heartbeats of its
 * own, which also count as signs of life of the work itself; so a heartbeat timeout notices a dead worker, not a handler
 * that hangs.
 */
export class PollSession implements Session {
  private readonly tasks: Tasks;
  private readonly attempts: Attempts;
  private readonly presence: Presence;
  private readonly outbox = new Set<Attempt>();
  /** Attempts with a heartbeat on its way, and what is to be said after it. */
  private readonly beats = new Map<Attempt, { progress: Json | undefined } | undefined>();
  /** Nothing new is taken; and then, nothing more is said. */
  private readonly stopping = new AbortController();
  private readonly ended = new AbortController();
  private beating: NodeJS.Timeout | undefined;
  private sending = false;

  constructor(private readonly options: SessionOptions) {
    const { url, headers, log, handlerOf } = options;
    this.tasks = new Tasks(new HttpConnection({ url, headers, retryForMs: 0 }));
    this.presence = new Presence(log, url, options.workerId);
    this.attempts = new Attempts(handlerOf, log, {
      onResult: (attempt) => this.sendLater(attempt),
      onHeartbeat: (attempt, progress) => void this.heartbeat(attempt, progress?.value),
    });
  }

  start(): void {
    void this.poll();
    this.beating = setInterval(() => {
      for (const attempt of this.attempts.all()) void this.heartbeat(attempt, undefined);
    }, BEAT_EVERY_MS);
  }

  async drain(withinMs: number): Promise<void> {
    this.stopping.abort();
    await atMost(withinMs, this.attempts.empty());
    clearInterval(this.beating);
    this.attempts.abandon();
    this.ended.abort();
  }

  /** Asks for as many tasks as there is room for, again and again. */
  private async poll(): Promise<void> {
    const { signal } = this.stopping;
    for (let tries = 0; !signal.aborted;) {
      try {
        for (const task of await this.ask(signal)) this.attempts.take(task);
        tries = 0;
      } catch (error) {
        if (signal.aborted || this.isHopeless(error)) return;
        this.missed(error as Error);
        await pause(backoffMs(tries++), signal).catch(() => undefined);
      }
    }
  }

  private async ask(signal: AbortSignal) {
    const { workerId, types, concurrency } = this.options;
    while (this.attempts.size >= concurrency) await this.attempts.changed();
    const max = Math.min(concurrency - this.attempts.size, POLL_MAX);
    if (signal.aborted) return [];
    const tasks = await this.tasks.poll({ workerId, types, max, waitMs: WAIT_MS }, { signal });
    this.presence.heard();
    return tasks;
  }

  /** A request that is not understood is not understood the next time either. */
  private isHopeless(error: unknown): boolean {
    if (!isRefusal(error)) return false;
    this.options.onRefused(error.message);
    return true;
  }

  private missed({ message }: Error): void {
    this.presence.missed(message, this.attempts.size);
  }

  /** One at a time for each attempt: what was said meanwhile goes with the next one. */
  private async heartbeat(attempt: Attempt, progress: Json | undefined): Promise<void> {
    if (this.beats.has(attempt)) return void this.beats.set(attempt, { progress });
    this.beats.set(attempt, undefined);
    try {
      const { cancelled } = await this.tasks.heartbeat(attempt, { progress, signal: this.ended.signal });
      if (cancelled) this.attempts.cancel([{ id: attempt.id, attempt: attempt.task.attempt }]);
    } catch (error) {
      // The next one may get through before the lease is over.
      if (isRefusal(error)) this.attempts.lose([attempt]);
    }
    const next = this.beats.get(attempt);
    this.beats.delete(attempt);
    if (next) await this.heartbeat(attempt, next.progress);
  }

  /** Together with whatever else ends in the same turn. */
  private sendLater(attempt: Attempt): void {
    this.outbox.add(attempt);
    if (this.sending) return;
    this.sending = true;
    setImmediate(() => void this.sendResults());
  }

  /** Says what is to be said, until there is nothing left; what could not be said waits for the server. */
  private async sendResults(): Promise<void> {
    const { signal } = this.ended;
    for (let tries = 0; this.outbox.size > 0 && !signal.aborted;) {
      const [batch] = inBatches([...this.outbox].map(sized));
      try {
        await this.report(batch!.map(({ attempt }) => attempt));
        tries = 0;
      } catch (error) {
        if (!signal.aborted) this.missed(error as Error);
        await pause(backoffMs(tries++), signal).catch(() => undefined);
      }
    }
    this.sending = false;
  }

  private async report(batch: readonly Attempt[]): Promise<void> {
    const reports = batch.map(({ result }) => result!.report);
    try {
      const answers = await this.tasks.report(reports, { signal: this.ended.signal });
      for (const attempt of batch) this.outbox.delete(attempt);
      for (const answer of answers) this.attempts.answered(answer);
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      await this.reportLess(batch, error);
    }
  }

  /** Whoever stands before the server may take less at once than it does: by halves, and at last without what is too large. */
  private async reportLess(batch: readonly Attempt[], refusal: OrreryProblem): Promise<void> {
    if (batch.length === 1) {
      const [attempt] = batch;
      const less = insteadOf(attempt!.result!);
      if (!less) throw refusal;
      attempt!.result = less;
      return this.report(batch);
    }
    const half = Math.ceil(batch.length / 2);
    await this.report(batch.slice(0, half));
    await this.report(batch.slice(half));
  }
}

function sized(attempt: Attempt) {
  return { attempt, bytes: attempt.result!.bytes };
}

/** The server understood, and said no; anything else may pass, and so does what somebody says who stands before it. */
function isRefusal(error: unknown): error is OrreryProblem {
  return error instanceof OrreryProblem && error.code !== 'http.unexpected' && error.status < 500 && !error.retryable;
}

function isTooLarge(error: unknown): error is OrreryProblem {
  return error instanceof OrreryProblem && error.status === 413;
}
