import type { Attempt } from '../worker/attempt.js';

/** An engine that has not answered in so long is asked again, by the way that leads to any. */
const ANSWER_WITHIN_MS = 5_000;

interface Asked {
  readonly queue: string;
  readonly attempts: readonly Attempt[];
  readonly at: number;
}

/** Results that were sent and are not answered. */
export class AwaitedAnswers {
  private readonly asked = new Map<string, Asked>();

  add(correlationId: string, queue: string, attempts: readonly Attempt[]): void {
    this.asked.set(correlationId, { queue, attempts, at: performance.now() });
  }

  /** Those that were sent so, which are awaited no longer. */
  take(correlationId: string): readonly Attempt[] {
    const { attempts } = this.asked.get(correlationId) ?? { attempts: [] };
    this.asked.delete(correlationId);
    return attempts;
  }

  /** Those that have waited too long, which are awaited no longer. */
  takeLate(): readonly Attempt[] {
    return this.takeAll(({ at }) => performance.now() - at > ANSWER_WITHIN_MS);
  }

  /** Those that were sent to a queue, which are awaited no longer. */
  takeOf(gone: string): readonly Attempt[] {
    return this.takeAll(({ queue }) => queue === gone);
  }

  clear(): void {
    this.asked.clear();
  }

  private takeAll(isMeant: (asked: Asked) => boolean): readonly Attempt[] {
    const meant = [...this.asked].filter(([, asked]) => isMeant(asked));
    return meant.flatMap(([id]) => this.take(id));
  }
}
