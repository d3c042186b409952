import type { WorkflowResult } from '../client/answers.js';
import { OrreryProblem } from '../errors.js';
import type { Json } from '../json.js';
import type { End } from './client-frames.js';

/** How a run ended, as a session hears of it. */
export type RunEnd<Output = Json> = Pick<WorkflowResult<Output>, 'id' | 'status' | 'output' | 'error'>;

interface Waiter {
  readonly resolve: (end: RunEnd) => void;
  readonly reject: (error: Error) => void;
}

/** The ends of runs that somebody waits for. */
export class AwaitedEnds {
  private readonly waiting = new Map<string, Set<Waiter>>();

  /** The runs whose ends are waited for: a new connection asks for them again. */
  get ids(): readonly string[] {
    return [...this.waiting.keys()];
  }

  has(id: string): boolean {
    return this.waiting.has(id);
  }

  /** Resolves with the end. When the signal is aborted, or the run is given up, nobody waits any more. */
  of(id: string, signal: AbortSignal | undefined, onNobody: () => void): Promise<RunEnd> {
    return new Promise((resolve, reject) => {
      const waiters = this.waiting.get(id) ?? new Set();
      this.waiting.set(id, waiters);
      const stop = () => {
        waiters.delete(waiter);
        reject(signal!.reason as Error);
        if (waiters.size > 0 || this.waiting.get(id) !== waiters) return;
        this.waiting.delete(id);
        onNobody();
      };
      const leave = () => signal?.removeEventListener('abort', stop);
      const waiter: Waiter = {
        resolve: (end) => (leave(), resolve(end)),
        reject: (error) => (leave(), reject(error)),
      };
      waiters.add(waiter);
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  told(end: End): void {
    const waiters = this.waiting.get(end.id) ?? [];
    this.waiting.delete(end.id);
    for (const { resolve, reject } of waiters)
      if ('problem' in end) reject(new OrreryProblem(end.problem));
      else resolve(end);
  }

  rejectAll(error: Error): void {
    for (const waiters of this.waiting.values()) for (const { reject } of waiters) reject(error);
    this.waiting.clear();
  }

  reject(id: string, error: Error): void {
    for (const { reject } of this.waiting.get(id) ?? []) reject(error);
    this.waiting.delete(id);
  }
}
