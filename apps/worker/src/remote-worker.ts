import type { TaskHandler } from '@orrery/application';
import { type Attempt, carryOut, inFrames } from './attempts.js';
import type { Answer, HeldAttempt, Result, ServerFrame, WireTask } from './frames.js';
import { ServerLink } from './server-link.js';

const BEAT_EVERY_MS = 5_000;
/** What the server could not record just now is said again after so long. */
const SAY_AGAIN_MS = 1_000;

export interface RemoteWorkerOptions {
  readonly url: string;
  readonly workerId: string;
  readonly slots: number;
  readonly handlers: ReadonlyMap<string, TaskHandler>;
  readonly log: { info(words: string): void; warn(words: string): void };
  /** It cannot go on, and why. */
  readonly onRefused: (why: string) => void;
}

/**
 * Does tasks for a server over one connection. A result is kept, and its attempt beaten for, until the server has
 * answered after recording it; whatever becomes of the connection meanwhile.
 */
export class RemoteWorker {
  private readonly link: ServerLink;
  private readonly attempts = new Map<string, Attempt>();
  private outbox: Result[] = [];
  private heartbeats = new Map<string, HeldAttempt>();
  private seq = 0;
  private welcome = false;
  private draining = false;
  private beating: NodeJS.Timeout | undefined;
  private whenEmpty: () => void = () => undefined;

  constructor(private readonly options: RemoteWorkerOptions) {
    this.link = new ServerLink(options.url, {
      onUp: () => this.sayHello(),
      onFrame: (frame) => this.on[frame.type]?.(frame as never),
      onDown: (why) => {
        if (this.welcome) options.log.warn(`the server is gone (${why}); ${this.attempts.size} attempts are kept`);
        this.welcome = false;
      },
      onRefused: options.onRefused,
    });
  }

  start(): void {
    this.link.open();
    this.beating = setInterval(() => this.beat(), BEAT_EVERY_MS);
  }

  /** Takes nothing new, ends what is under way and waits until that is recorded: at most so long. */
  async drain(withinMs: number): Promise<void> {
    this.draining = true;
    this.link.send({ type: 'drain' });
    const empty = new Promise<void>((resolve) => (this.whenEmpty = resolve));
    if (this.attempts.size > 0)
      await Promise.race([empty, new Promise((resolve) => setTimeout(resolve, withinMs).unref())]);
    clearInterval(this.beating);
    for (const { ending } of this.attempts.values()) ending.abort();
    this.link.close();
  }

  private readonly on: { [T in ServerFrame['type']]?: (frame: Extract<ServerFrame, { type: T }>) => void } = {
    welcome: ({ lost }) => {
      this.welcome = true;
      this.options.log.info(`connected to ${this.options.url} as ${this.options.workerId}`);
      this.giveUp(lost);
      // Whatever was not answered on the connection before is said again: it is recorded once.
      this.outbox = [...this.attempts.values()].flatMap(({ result }) => result ?? []);
      this.sendResults();
      if (this.draining) this.link.send({ type: 'drain' });
    },
    tasks: ({ tasks }) => {
      for (const task of tasks) void this.work(task);
    },
    answers: ({ answers }) => {
      for (const answer of answers) this.answered(answer);
    },
    beat: ({ lost }) => this.giveUp(lost),
    cancel: ({ attempts }) => {
      for (const { id, attempt } of attempts) {
        const held = this.attempts.get(id);
        if (held?.task.attempt === attempt) this.letGo(held);
      }
      this.beat();
    },
    error: ({ code, message }) => this.options.log.warn(`the server says ${code}: ${message}`),
  };

  private sayHello(): void {
    const { workerId, slots, handlers } = this.options;
    this.link.send({ type: 'hello', workerId, types: [...handlers.keys()], slots, attempts: this.held() });
  }

  private beat(): void {
    if (this.welcome) this.link.send({ type: 'beat', attempts: this.held() });
  }

  private held(): HeldAttempt[] {
    return [...this.attempts.values()].map(({ id, leaseToken }) => ({ id, leaseToken }));
  }

  private async work(task: WireTask): Promise<void> {
    const { id, leaseToken } = task;
    const attempt: Attempt = { id, leaseToken, task, ending: new AbortController() };
    this.attempts.get(id)?.ending.abort();
    this.attempts.set(id, attempt);
    const handler = this.options.handlers.get(task.type)!;
    const result = await carryOut(attempt, handler, () => this.sendHeartbeat(attempt));
    // It may have been lost, or cancelled, while it was at work.
    if (this.attempts.get(id) !== attempt) return;
    attempt.result = result;
    this.sendLater(result);
  }

  /** Together with whatever else ends in the same turn. */
  private sendLater(result: Result): void {
    if (this.outbox.push(result) === 1) setImmediate(() => this.sendResults());
  }

  private sendResults(): void {
    // Without a connection they wait for the next welcome, which gathers all that was not answered.
    if (!this.welcome) return;
    for (const results of inFrames(this.outbox)) this.link.send({ type: 'results', seq: ++this.seq, results });
    this.outbox = [];
  }

  private sendHeartbeat({ id, leaseToken }: Attempt): void {
    this.heartbeats.set(id, { id, leaseToken });
    if (this.heartbeats.size > 1) return;
    setImmediate(() => {
      if (this.welcome) this.link.send({ type: 'heartbeats', attempts: [...this.heartbeats.values()] });
      this.heartbeats = new Map();
    });
  }

  private answered({ id, recorded, problem }: Answer): void {
    const attempt = this.attempts.get(id);
    if (!attempt?.result) return;
    if (!recorded && problem?.retryable) return this.sayAgain(attempt);
    if (!recorded) this.options.log.warn(`${id}: its end was refused with ${problem?.code}: ${problem?.detail}`);
    this.letGo(attempt);
  }

  private sayAgain(attempt: Attempt): void {
    setTimeout(() => {
      if (this.attempts.get(attempt.id) === attempt) this.sendLater(attempt.result!);
    }, SAY_AGAIN_MS).unref();
  }

  private giveUp(lost: readonly HeldAttempt[]): void {
    for (const { id, leaseToken } of lost) {
      const attempt = this.attempts.get(id);
      if (attempt?.leaseToken === leaseToken) this.letGo(attempt);
    }
  }

  private letGo(attempt: Attempt): void {
    attempt.ending.abort();
    this.attempts.delete(attempt.id);
    if (this.draining && this.attempts.size === 0) this.whenEmpty();
  }
}
