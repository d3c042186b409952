import {
  type DomainEvent,
  type Failure,
  Gone,
  type Json,
  type Recorded,
  type WorkflowStatus,
  isOver,
} from '@orrery/domain';
import type { Clock } from '../kernel/ports/clock.js';
import { NEWEST, type StreamKey, keyOf } from '../kernel/ports/log.js';
import type { RunPage } from './views/run-page.js';
import type { RunReader } from './views/run-reader.js';

/** How a run ended. */
export interface RunEnding {
  readonly status: WorkflowStatus;
  readonly output: Json;
  readonly error: Failure | null;
}

/** What the last event of a run says of its end. */
const ENDINGS: { readonly [type: string]: ((event: never) => RunEnding) | undefined } = {
  WorkflowCompleted: ({ output }: { output: Json }) => ({ status: 'completed', output, error: null }),
  WorkflowFailed: ({ error }: { error: Failure }) => ({ status: 'failed', output: null, error }),
  WorkflowCompensated: () => ({ status: 'compensated', output: null, error: null }),
  WorkflowCancelled: () => ({ status: 'cancelled', output: null, error: null }),
};

/** How a run ended, if this event ends it. */
export function endingOf(event: DomainEvent): RunEnding | undefined {
  return ENDINGS[event.type]?.(event as never);
}

/** Whether whoever waits for the end of a stream's run should look, after these events. */
export function mayBeEnd(events: readonly Recorded[]): boolean {
  const { event } = events.at(-1)!;
  return event.type === 'WorkflowDeleted' || endingOf(event) !== undefined;
}

/** Tells of the ends of runs: of those that this process owns from its commits themselves, of others when it hears of them. */
export class RunEndings {
  private readonly waiting = new Map<string, Set<(ending: RunEnding) => void>>();
  private readonly unread: StreamKey[] = [];

  constructor(
    private readonly runs: RunReader,
    private readonly clock: Clock,
    private readonly onError: (error: unknown) => void,
    /** Told that somebody waits, also for what ends in other processes. */
    private readonly listen: () => void = () => undefined,
  ) {}

  /** Resolves when the run ends after this call, if it ends here or is heard of. */
  of(key: StreamKey): Promise<RunEnding> {
    return new Promise((resolve) => void this.watch(key, resolve));
  }

  /** Calls back once when the run ends after this call, if it ends here or is heard of. Gives back what lets go of it. */
  watch(key: StreamKey, tell: (ending: RunEnding) => void): () => void {
    this.listen();
    const name = keyOf(key);
    const waiters = this.waiting.get(name) ?? new Set();
    this.waiting.set(name, waiters.add(tell));
    return () => {
      waiters.delete(tell);
      if (waiters.size === 0 && this.waiting.get(name) === waiters) this.waiting.delete(name);
    };
  }

  /** A run has committed these events. */
  committed(key: StreamKey, events: readonly Recorded[]): void {
    if (this.waiting.size === 0) return;
    const ending = endingOf(events.at(-1)!.event);
    if (ending) this.tell(key, ending);
  }

  /** The run has ended in a commit that is not known as one of this process, or whose reply was lost. */
  missed(key: StreamKey): void {
    if (!this.waiting.has(keyOf(key)) || this.unread.push(key) > 1) return;
    this.clock.soon(() => void this.read(this.unread.splice(0)).catch(this.onError));
  }

  /** Those of one turn are read together. */
  private async read(keys: readonly StreamKey[]): Promise<void> {
    const pages = await this.runs.pagesOf(keys.map((key) => ({ key, known: NEWEST })));
    for (const [nth, page] of pages.entries()) {
      if (page.status === 'fulfilled') this.tellIfOver(keys[nth]!, page.value);
      // Of one that was deleted in the meantime there is no end to tell.
      else if (!(page.reason instanceof Gone)) this.onError(page.reason);
    }
  }

  private tellIfOver(key: StreamKey, { state, output, error }: RunPage): void {
    const status = state.status!;
    if (isOver(state)) this.tell(key, { status, output, error: status === 'failed' ? error : null });
  }

  private tell(key: StreamKey, ending: RunEnding): void {
    const waiters = this.waiting.get(keyOf(key)) ?? [];
    this.waiting.delete(keyOf(key));
    for (const tell of waiters) tell(ending);
  }
}
