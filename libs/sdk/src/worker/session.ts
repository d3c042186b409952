import type { LeasedTask } from '../client/task-answers.js';
import { timerMs } from '../longest-timer.js';
import type { Log } from './log.js';
import type { TaskHandler } from './task-context.js';

/** What a worker is to its server, over whatever transport. */
export interface SessionOptions {
  readonly url: string;
  readonly workerId: string;
  /** The task types it takes. */
  readonly types: readonly string[];
  /** How many tasks it does at once. */
  readonly concurrency: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly log: Log;
  readonly handlerOf: (task: LeasedTask) => TaskHandler;
  /** It cannot go on, and why. */
  readonly onRefused: (why: string) => void;
}

/** A worker's presence at the server: it takes tasks, says that they are alive, and reports how they ended. */
export interface Session {
  start(): void;
  /** Takes nothing new; resolves when what is under way has ended and is recorded, or after so long. */
  drain(withinMs: number): Promise<void>;
}

/** How often a worker says that it is there, and what it holds. */
export const BEAT_EVERY_MS = 5_000;

/** Resolves with the first of the two: what is waited for, or the end of patience. */
export async function atMost(ms: number, awaited: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, timerMs(ms))));
  await Promise.race([awaited, late]);
  clearTimeout(timer);
}
