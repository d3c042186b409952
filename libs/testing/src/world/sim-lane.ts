import { Locks, type Peer } from '@orrery/application';
import { Unavailable } from '@orrery/domain';
import type { Clock } from '@orrery/application';
import { Link, LinkLost } from './link.js';
import type { SimDatabase, SimSession } from './sim-database.js';
import type { SimNode } from './sim-node.js';

/** How soon the database notices that a peer has died, in milliseconds. */
const NOTICED_MS = 1_000;
const RETRY_MS = 200;

/** The session was lost under a statement: nobody knows what became of it. */
export class SessionLost extends Error {
  override readonly name = 'SessionLost';
}

/** What a lane is made of. */
export interface LaneParts {
  readonly node: SimNode;
  readonly clock: Clock;
  readonly link: Link;
  readonly database: SimDatabase;
  readonly engine: string;
  /** Waited for between writing and committing. */
  readonly commitLater: () => Promise<void>;
  /** Happens in the world, not on this node. */
  readonly later: (delayMs: number, callback: () => void) => void;
}

/** The one session of a process that appends and holds its locks, as the real one is: connected again when it is lost. */
export class SimLane extends Locks {
  private current: SimSession | undefined;
  private previous: SimSession | undefined;
  private answeredAt = -Infinity;
  private tail: Promise<unknown> = Promise.resolve();
  private readonly whenUp: (() => void)[] = [];
  private readonly whenLost: (() => void)[] = [];

  constructor(private readonly parts: LaneParts) {
    super();
    // Its connection breaks with it: the database notices sooner or later.
    parts.node.onDeath(() => parts.later(NOTICED_MS, () => this.current?.end()));
  }

  async open(): Promise<void> {
    const { link, database, commitLater, clock } = this.parts;
    for (;;) {
      try {
        this.current = await link.call(async () => {
          this.previous?.end();
          return database.connect(commitLater);
        });
        break;
      } catch {
        await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve));
      }
    }
    this.answeredAt = clock.now();
    for (const listener of this.whenUp) listener();
  }

  /** Runs a piece of work that nothing else comes between, on the session there is now and on no later one. */
  run<T>(work: (session: SimSession) => Promise<T>): Promise<T> {
    const session = this.current;
    if (!session) return Promise.reject(down());
    const turn = this.tail.then(() => {
      if (this.current !== session) throw down();
      return this.ask(session, work);
    });
    this.tail = turn.catch(() => undefined);
    return turn;
  }

  override get session(): object | undefined {
    return this.current;
  }

  override answeredWithin(ms: number): boolean {
    return this.current !== undefined && this.parts.clock.now() - this.answeredAt <= ms;
  }

  override onUp(listener: () => void): void {
    this.whenUp.push(listener);
  }

  override onLost(listener: () => void): void {
    this.whenLost.push(listener);
  }

  override ping(): Promise<void> {
    return this.run(async () => undefined);
  }

  override beat(): Promise<void> {
    const { database, engine } = this.parts;
    return this.run(async (session) => database.beat(engine, session));
  }

  override look(silentMs: number): Promise<readonly Peer[]> {
    return this.run(async () => this.parts.database.look(silentMs));
  }

  override endSilent(silentMs: number, engines: readonly string[]): Promise<void> {
    return this.run(async () => this.parts.database.endSilent(silentMs, engines));
  }

  override claim(partitions: readonly number[]): Promise<readonly number[]> {
    return this.run(async (session) => this.parts.database.claim(session, partitions));
  }

  override letGo(partitions: readonly number[]): Promise<void> {
    return this.run(async (session) => this.parts.database.letGo(session, partitions));
  }

  override withdraw(): Promise<void> {
    return this.run(async () => this.parts.database.forget(this.parts.engine));
  }

  private async ask<T>(session: SimSession, work: (session: SimSession) => Promise<T>): Promise<T> {
    const { link, clock } = this.parts;
    const sentAt = clock.now();
    try {
      const answer = await link.call(async () => {
        if (!session.isOpen) throw new SessionLost('the session has ended');
        const result = await work(session);
        if (!session.isOpen) throw new SessionLost('the session ended under the statement');
        return result;
      });
      this.answeredAt = sentAt;
      return answer;
    } catch (error) {
      if (!(error instanceof LinkLost) && !(error instanceof SessionLost)) throw error;
      this.lost(session);
      throw new SessionLost('the session was lost before the statement was answered');
    }
  }

  private lost(session: SimSession): void {
    if (this.current !== session) return;
    this.current = undefined;
    this.previous = session;
    this.answeredAt = -Infinity;
    for (const listener of this.whenLost) listener();
    void this.open();
  }
}

function down(): Unavailable {
  return new Unavailable('log.unreachable', 'the lane has no session');
}
