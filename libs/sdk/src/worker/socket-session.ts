import { SocketLink } from '../socket/socket-link.js';
import type { CheckedJson } from '../checked-json.js';
import type { Attempt } from './attempt.js';
import { Attempts } from './attempts.js';
import { inBatches } from '../batches.js';
import { Presence } from './presence.js';
import { BEAT_EVERY_MS, type Session, type SessionOptions, atMost } from './session.js';
import { FINAL_CLOSES, type Heartbeat, type ServerFrame, type WorkerFrame } from './worker-frames.js';

/**
 * Does tasks for a server over one connection. A result is kept, and its attempt beaten for, until the server has
 * answered after recording it; whatever becomes of the connection meanwhile.
 */
export class SocketSession implements Session {
  private readonly link: SocketLink<ServerFrame, WorkerFrame>;
  private readonly attempts: Attempts;
  private readonly presence: Presence;
  private outbox = new Set<Attempt>();
  private readonly heartbeats = new Map<string, { readonly heartbeat: Heartbeat; readonly bytes: number }>();
  private seq = 0;
  private welcome = false;
  private draining = false;
  private closed = false;
  /** There is a connection on which tasks may come, or may be on their way. */
  private mayHandOut = false;
  private readonly whenQuiet: (() => void)[] = [];
  private beating: NodeJS.Timeout | undefined;

  constructor(private readonly options: SessionOptions) {
    const { url, headers, log, handlerOf, onRefused } = options;
    this.link = new SocketLink(
      { url, path: '/tasks/stream', headers, finalCloses: FINAL_CLOSES },
      {
        onUp: () => this.sayHello(),
        onFrame: (frame) => this.hear(frame),
        onDown: (why) => this.down(why),
        onRefused,
      },
    );
    this.presence = new Presence(log, url, options.workerId);
    this.attempts = new Attempts(handlerOf, log, {
      onResult: (attempt) => this.sendLater(attempt),
      onHeartbeat: (attempt, progress) => this.heartbeatLater(attempt, progress),
    });
  }

  start(): void {
    this.link.open();
    this.beating = setInterval(() => this.beat(), BEAT_EVERY_MS);
  }

  async drain(withinMs: number): Promise<void> {
    this.draining = true;
    this.link.send({ type: 'drain' });
    await atMost(withinMs, this.empty());
    this.closed = true;
    clearInterval(this.beating);
    this.attempts.abandon();
    this.link.close();
    this.quiet();
  }

  /** Resolves when nothing is held and nothing more comes: what was handed out before the server knew is done, too. */
  private async empty(): Promise<void> {
    for (;;) {
      await this.attempts.empty();
      if (!this.mayHandOut) return;
      await new Promise<void>((resolve) => this.whenQuiet.push(resolve));
    }
  }

  /** On this connection no task comes any more. */
  private quiet(): void {
    this.mayHandOut = false;
    for (const resolve of this.whenQuiet.splice(0)) resolve();
  }

  /** What comes while the connection closes is not wanted: nobody would be told how it ended. */
  private hear(frame: ServerFrame): void {
    if (!this.closed) this.on[frame.type]?.(frame as never);
  }

  private readonly on: { [T in ServerFrame['type']]?: (frame: Extract<ServerFrame, { type: T }>) => void } = {
    welcome: ({ lost }) => {
      this.welcome = true;
      this.presence.heard();
      this.attempts.lose(lost);
      // Whatever was not answered on the connection before is said again: it is recorded once.
      this.outbox = new Set(this.attempts.unanswered());
      this.sendResults();
      if (this.draining) this.link.send({ type: 'drain' });
    },
    tasks: ({ tasks }) => {
      for (const task of tasks) this.attempts.take(task);
    },
    answers: ({ answers }) => {
      for (const answer of answers) this.attempts.answered(answer);
    },
    beat: ({ lost }) => this.attempts.lose(lost),
    cancel: ({ attempts }) => this.attempts.cancel(attempts),
    drained: () => this.quiet(),
    error: ({ code, message }) => this.options.log.warn(`the server says ${code}: ${message}`),
  };

  private down(why: string): void {
    this.presence.missed(why, this.attempts.size);
    this.welcome = false;
    this.quiet();
  }

  private sayHello(): void {
    this.mayHandOut = true;
    const { workerId, types, concurrency: slots } = this.options;
    this.link.send({ type: 'hello', workerId, types, slots, attempts: this.attempts.list() });
  }

  private beat(): void {
    if (this.welcome) this.link.send({ type: 'beat', attempts: this.attempts.list() });
  }

  /** Together with whatever else ends in the same turn. */
  private sendLater(attempt: Attempt): void {
    if (this.outbox.add(attempt).size === 1) setImmediate(() => this.sendResults());
  }

  private sendResults(): void {
    // Without a connection they wait for the next welcome, which gathers all that was not answered.
    if (!this.welcome) return;
    const results = [...this.outbox].flatMap(({ result }) => result ?? []);
    this.outbox.clear();
    for (const some of inBatches(results))
      this.link.send({ type: 'results', seq: ++this.seq, results: some.map(({ report }) => report) });
  }

  private heartbeatLater({ id, leaseToken }: Attempt, progress: CheckedJson | undefined): void {
    const heartbeat = { id, leaseToken, progress: progress?.value };
    if (this.heartbeats.set(id, { heartbeat, bytes: progress?.bytes ?? 0 }).size > 1) return;
    setImmediate(() => this.sendHeartbeats());
  }

  private sendHeartbeats(): void {
    const heartbeats = [...this.heartbeats.values()];
    this.heartbeats.clear();
    if (!this.welcome) return;
    for (const some of inBatches(heartbeats))
      this.link.send({ type: 'heartbeats', attempts: some.map(({ heartbeat }) => heartbeat) });
  }
}
