import { OrreryTimeout } from '../errors.js';
import type { Json } from '../json.js';
import type { Page, Workflow, WorkflowEvent, WorkflowResult } from './answers.js';
import type { CallOptions } from './http-connection.js';
import type { ReadOptions } from './paging.js';

/** How long one request waits for something to happen; another follows it. */
const WAIT_MS = 30_000;
/** For so long a server may be away while something of it is waited for. */
const AWAY_FOR_MS = 60_000;
const EVENTS_A_PAGE = 1_000;
/** The events with which a run is over; one that failed may be retried. */
const ENDINGS = new Set([
  'WorkflowCompleted',
  'WorkflowFailed',
  'WorkflowCompensated',
  'WorkflowCancelled',
  'WorkflowDeleted',
]);

export interface EventsOptions extends ReadOptions {
  /** A version: only what comes after it. 0 is the start. */
  readonly after?: number;
  /** At most 1,000. */
  readonly limit?: number;
  /** How long to wait for an event, if there is none yet, in milliseconds; at most 60,000. */
  readonly waitMs?: number;
}

export interface WaitOptions extends CallOptions {
  /** `OrreryTimeout` after so long, in milliseconds; there is no end to it if it is not said. */
  readonly timeoutMs?: number;
}

export interface WorkflowReadOptions extends ReadOptions {
  /** As it was after so many events. */
  readonly atVersion?: number;
  /** `tasksCursor` of the page before. */
  readonly tasksCursor?: string;
  /** Give inputs and outputs whole, however large. */
  readonly payloads?: boolean;
}

/** What may be asked of a run again and again, until there is something to answer. */
export interface Question extends EventsOptions {
  /** For how long it is asked again where the answer is "not now". */
  readonly retryForMs?: number;
  /** After so long it is not asked again at all, however late it failed. */
  readonly withinMs?: number;
}

/** What happens to a run, and how it ends: asked, or waited for, over whatever leads to the engine. */
export abstract class RunWatch {
  /** A run with its tasks, 500 a page: `tasksCursor` names the next one. */
  abstract get(id: string, options?: WorkflowReadOptions): Promise<Workflow>;
  protected abstract ask<Answer>(id: string, what: 'events' | 'result', question: Question): Promise<Answer>;

  /** A run with all of its tasks, as it was after one and the same event. */
  async getWhole(id: string, options: Omit<WorkflowReadOptions, 'tasksCursor'> = {}): Promise<Workflow> {
    const first = await this.get(id, options);
    const tasks = [...first.tasks];
    const same = { ...options, atVersion: first.version };
    for (let tasksCursor = first.tasksCursor; tasksCursor !== null;) {
      const page = await this.get(id, { ...same, tasksCursor });
      tasks.push(...page.tasks);
      ({ tasksCursor } = page);
    }
    return { ...first, tasks, tasksCursor: null };
  }

  /** The events of a run after a version, oldest first; `nextCursor` is the next `after`. */
  events(id: string, options: EventsOptions = {}): Promise<Page<WorkflowEvent>> {
    return this.ask(id, 'events', options);
  }

  /** Every event of a run as it happens, those so far first, until the run has ended. */
  async *follow(
    id: string,
    { after = 0, signal }: CallOptions & { readonly after?: number } = {},
  ): AsyncGenerator<WorkflowEvent, void, undefined> {
    for (let version = after; ;) {
      const question = { after: version, limit: EVENTS_A_PAGE, waitMs: WAIT_MS, retryForMs: AWAY_FOR_MS, signal };
      const { items } = await this.ask<Page<WorkflowEvent>>(id, 'events', question);
      yield* items;
      const last = items.at(-1);
      if (last !== undefined) version = last.version;
      if (await this.isOver(id, last, items.length, signal)) return;
    }
  }

  /** How a run ended, or that it has not yet. */
  result<Output = Json>(
    id: string,
    options: ReadOptions & { readonly waitMs?: number } = {},
  ): Promise<WorkflowResult<Output>> {
    return this.ask(id, 'result', options);
  }

  /** Waits until a run has ended, also while the server restarts. Rejects with `OrreryTimeout` when it takes too long. */
  async waitForResult<Output = Json>(
    id: string,
    { timeoutMs = Number.POSITIVE_INFINITY, signal }: WaitOptions = {},
  ): Promise<WorkflowResult<Output>> {
    const until = performance.now() + timeoutMs;
    for (;;) {
      const leftMs = Math.max(0, until - performance.now());
      const waitMs = Math.ceil(Math.min(WAIT_MS, leftMs));
      const retryForMs = Math.min(AWAY_FOR_MS, leftMs);
      const result = await this.ask<WorkflowResult<Output>>(id, 'result', {
        waitMs,
        retryForMs,
        withinMs: leftMs,
        signal,
      });
      if (result.ended) return result;
      if (performance.now() >= until) throw new OrreryTimeout(`run ${id} is ${result.status} after ${timeoutMs} ms`);
    }
  }

  /** A run that had ended before the first event that was asked for brings none that would say so. */
  private async isOver(
    id: string,
    last: WorkflowEvent | undefined,
    many: number,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    if (last === undefined) {
      // A server that stops answers whoever waits; this may be the first question that it is away for.
      const question = { retryForMs: AWAY_FOR_MS, signal };
      return (await this.ask<WorkflowResult>(id, 'result', question)).ended;
    }
    return many < EVENTS_A_PAGE && ENDINGS.has(last.type);
  }
}
