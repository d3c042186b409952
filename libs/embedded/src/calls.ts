import {
  ANONYMOUS,
  type AtLeast,
  type Context,
  type Orchestration,
  type Page,
  type Position,
  type PositionTokens,
} from '@orrery/application';
import { problemOfItem, refusalOf } from '@orrery/contract';
import { idempotencyKey } from '@orrery/contract/schemas';
import { InvalidConfiguration } from '@orrery/infrastructure';
import { type CallOptions, type CommandOptions, NotJson, OrreryProblem } from '@orrery/sdk';
import { backoffMs, pause } from '@orrery/sdk/parts';
import { z } from 'zod';
import { checked } from './checked.js';

/** It was closed: nothing more can be asked of it, and what was waited for is not known. */
export class OrreryClosed extends Error {
  override readonly name = 'OrreryClosed';

  constructor() {
    super('this Orrery is closed: open another one to go on');
  }
}

/** For so long a read is asked again by itself where the answer is "not now", in milliseconds. */
const RETRY_FOR_MS = 5_000;

/** What every call has in common: its conditions, its refusals, and where its writes stand. */
export class Calls {
  private closed = false;
  private readonly whenClosed = new Set<() => void>();
  /** The position of the newest write that was answered. */
  position: string | undefined;

  constructor(
    readonly orchestration: Orchestration,
    private readonly tokens: PositionTokens,
  ) {}

  /** Does what was asked; an error of the engine's becomes the problem that a client over HTTP would get. */
  async write<Answer>(work: () => Promise<Answer>, { signal }: CallOptions): Promise<Answer> {
    signal?.throwIfAborted();
    this.mustBeOpen();
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      throw this.problem(error);
    }
  }

  /** The same for a question, which may be asked again where the answer is "not now". */
  async read<Answer>(
    work: () => Promise<Answer>,
    { signal, retryForMs = RETRY_FOR_MS }: CallOptions & { readonly retryForMs?: number },
  ): Promise<Answer> {
    const until = performance.now() + retryForMs;
    for (let tries = 0; ; tries++) {
      try {
        const answer = await this.write(work, { signal });
        // Who waited and was let go got an answer that nobody asked for.
        signal?.throwIfAborted();
        this.mustBeOpen();
        return answer;
      } catch (error) {
        const waitMs = backoffMs(tries);
        const mayHelp = error instanceof OrreryProblem && error.retryable && !this.closed;
        if (!mayHelp || performance.now() + waitMs > until) throw error;
        await pause(waitMs, signal);
      }
    }
  }

  /** Under which conditions something is written. */
  context({ idempotencyKey: key, ifVersion }: CommandOptions): Context {
    if (key === undefined && ifVersion === undefined) return ANONYMOUS;
    return {
      ...ANONYMOUS,
      idempotencyKey: checked('header', idempotencyKey.optional(), key),
      ifMatch: checked('header', z.int().min(0).optional(), ifVersion),
    };
  }

  /** The position that an answer must have reached. */
  atLeast(token: string | undefined): AtLeast | undefined {
    return token === undefined ? undefined : this.tokens.read(token);
  }

  tokenOf(position: Position): string {
    return this.tokens.write(position);
  }

  /** The position that a list has reached. */
  reached(checkpoints: Page<unknown>['checkpoints']): string {
    return this.tokens.writeReached(checkpoints);
  }

  /** Where a write stands, or many of them. */
  written(...positions: readonly Position[]): string {
    return (this.position = this.tokens.writeAll(positions));
  }

  /** Gives a question the means to hear that nobody waits any more: the caller broke it off, or this is closed. */
  async waiting<Answer>(
    { signal }: CallOptions,
    ask: (abandoned: (callback: () => void) => void) => Promise<Answer>,
  ): Promise<Answer> {
    const callbacks: (() => void)[] = [];
    const end = () => callbacks.forEach((callback) => callback());
    signal?.addEventListener('abort', end, { once: true });
    this.whenClosed.add(end);
    try {
      return await ask((callback) => void callbacks.push(callback));
    } finally {
      signal?.removeEventListener('abort', end);
      this.whenClosed.delete(end);
    }
  }

  problem(error: unknown): Error {
    if (error instanceof OrreryClosed || error instanceof NotJson) return error;
    return this.closed ? new OrreryClosed() : problemOf(error);
  }

  mustBeOpen(): void {
    if (this.closed) throw new OrreryClosed();
  }

  /** Takes no more calls, and lets whoever waits go. */
  close(): void {
    this.closed = true;
    for (const callback of this.whenClosed) callback();
  }
}

/** The problem that a client over HTTP would get, with the error itself as its cause. A bug is told whole: it is at home. */
export function problemOf(error: unknown): Error {
  if (!(error instanceof Error) || error instanceof OrreryProblem || error instanceof InvalidConfiguration) {
    return error instanceof Error ? error : new Error(String(error));
  }
  const refusal = refusalOf(error);
  const { detail, ...item } = problemOfItem(refusal);
  const said = refusal.kind === 'Bug' ? { detail: error.message } : { detail };
  const more = { code: '', name: '', message: '', details: refusal.details, requestId: '' };
  return Object.assign(new OrreryProblem({ ...item, ...said, error: more }), { cause: error });
}
