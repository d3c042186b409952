import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { type BrokerOptions, BrokerSession } from '../broker/broker-session.js';
import { DEFAULT_URL } from '../client/http-connection.js';
import { TaskHandlers } from './handlers.js';
import { type Log, STANDARD_ERROR } from './log.js';
import { PollSession } from './poll-session.js';
import type { Session } from './session.js';
import { SocketSession } from './socket-session.js';

/** How a worker reaches its server, and how much it does. */
export interface WorkerOptions {
  /** Where the server is; `http://127.0.0.1:8000` if it is not said. `amqp://...`: the broker that its tasks lie with. */
  readonly url?: string;
  /** The name of this worker: no other may have it at the same time. Made from the host and the process if it is not said. */
  readonly workerId?: string;
  /** How many tasks it does at once; 10 if it is not said. */
  readonly concurrency?: number;
  /** One connection over which tasks are pushed, or plain requests where no socket gets through. */
  readonly transport?: 'socket' | 'poll';
  /** How it uses a broker, where the URL is that of one. */
  readonly broker?: BrokerOptions;
  /** How long tasks under way may take after the word to stop, in milliseconds; 25 s if it is not said. */
  readonly drainMs?: number;
  /** Sent with every request, or when connecting. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Standard error if it is not said. */
  readonly log?: Log;
}

/** The server will not have this worker, and connecting again would not help. */
export class WorkerRefused extends Error {
  override readonly name = 'WorkerRefused';
}

const DEFAULT_CONCURRENCY = 10;
/** Less than what a process is usually given between the word to stop and its end. */
const DEFAULT_DRAIN_MS = 25_000;
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Makes a worker; its handlers are added by `task`, and `run` sets it going. */
export function worker(options: WorkerOptions = {}): Worker {
  return new Worker(options);
}

/** Does tasks of some types for a server, until it is told to stop. */
export class Worker extends TaskHandlers {
  private session: Session | undefined;
  private stopping = false;
  private end: ((refused?: WorkerRefused) => void) | undefined;

  constructor(private readonly options: WorkerOptions) {
    super();
  }

  /**
   * Takes tasks until the process is told to stop by SIGTERM or SIGINT: then it takes nothing new, ends what is under
   * way, and resolves. A second signal ends the process at once. Rejects with `WorkerRefused` when it cannot go on.
   */
  async run(): Promise<void> {
    const onSignal = (signal: keyof typeof SIGNALS) => {
      // The second word is an order.
      if (this.stopping) process.exit(SIGNALS[signal]);
      this.log.info(`${signal}: what is under way is ended, and nothing new is taken`);
      void this.stop();
    };
    for (const signal of Object.keys(SIGNALS)) process.on(signal, onSignal);
    try {
      await this.start();
    } finally {
      for (const signal of Object.keys(SIGNALS)) process.off(signal, onSignal);
    }
  }

  /** The same without listening to signals: for programs that do more than this. Resolves when it has stopped. */
  start(): Promise<void> {
    if (this.session) throw new Error('this worker has been started already');
    if (this.handlers.types.length === 0) throw new Error('this worker has no task to do: add one with `task`');
    return new Promise((resolve, reject) => {
      this.end = (refused) => (refused ? reject(refused) : resolve());
      this.session = this.open((why) => void this.refused(why));
      this.session.start();
    });
  }

  /** Takes nothing new, and resolves when what is under way has ended and is recorded, or after `drainMs`. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.session?.drain(this.options.drainMs ?? DEFAULT_DRAIN_MS);
    this.end?.();
  }

  private get log(): Log {
    return this.options.log ?? STANDARD_ERROR;
  }

  private async refused(why: string): Promise<void> {
    this.log.error(why);
    await this.session?.drain(0);
    this.end?.(new WorkerRefused(why));
  }

  private open(onRefused: (why: string) => void): Session {
    const { url = DEFAULT_URL, workerId = newWorkerId(), concurrency = DEFAULT_CONCURRENCY, headers } = this.options;
    const { types } = this.handlers;
    const handlerOf = this.handlers.of.bind(this.handlers);
    const options = { url, workerId, types, concurrency, headers, log: this.log, handlerOf, onRefused };
    if (/^amqps?:/i.test(url)) return new BrokerSession({ ...options, broker: this.options.broker });
    return this.options.transport === 'poll' ? new PollSession(options) : new SocketSession(options);
  }
}

/** A name that no other worker has: the host, the process, and something random. */
export function newWorkerId(): string {
  const host = hostname()
    .replace(/[^A-Za-z0-9_.-]/g, '-')
    .slice(0, 80);
  return `${host}-${process.pid}-${randomBytes(3).toString('hex')}`;
}
