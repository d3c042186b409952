import type { StreamId } from '@orrery/domain';
import { ANONYMOUS } from '../kernel/context.js';
import { partitionOf } from '../kernel/partition.js';
import type { Clock } from '../kernel/ports/clock.js';
import type { Ownership } from '../kernel/ports/ownership.js';
import type { ViewReader } from './ports/runs.js';
import { GetWorkflowResult, type WorkflowResult } from './queries/get-workflow-result.js';
import type { RunEnding, RunEndings } from './run-endings.js';

/** What is needed to hear of the ends of runs. */
export interface EndingsParts {
  readonly endings: RunEndings;
  readonly ownership: Ownership;
  readonly partitions: number;
  readonly clock: Clock;
  readonly viewReader: Pick<ViewReader, 'runningAmong'>;
  readonly ask: (query: GetWorkflowResult) => Promise<WorkflowResult>;
}

/** Who is told of the ends. */
export interface EndListener {
  onEnd(id: StreamId, ending: RunEnding): void;
  onRefused(id: StreamId, error: unknown): void;
}

/** How often the runs of other processes are looked at, in milliseconds: word of their commits may be lost, or come never. */
const LOOK_EVERY_MS = 1_000;

/** Runs whose ends one session waits for, or one program. */
export class WatchedRuns {
  private readonly watched = new Map<StreamId, () => void>();
  /** Those that another process owns, or did. */
  private readonly foreign = new Set<StreamId>();
  /** Those of which nobody knows yet whether they are there. */
  private readonly beginning = new Set<StreamId>();
  private cancelLook: (() => void) | undefined;

  constructor(
    private readonly parts: EndingsParts,
    private readonly listener: EndListener,
  ) {}

  get size(): number {
    return this.watched.size;
  }

  /** Listens for the end of a run; `look` finds out whether it has ended already. */
  add(id: StreamId): void {
    if (this.watched.has(id)) return;
    const key = { namespace: ANONYMOUS.namespace, stream: id };
    this.watched.set(
      id,
      this.parts.endings.watch(key, (ending) => this.tell(id, ending)),
    );
    this.lookLater();
  }

  /** The same of a run that is to be started: nobody looks for it before it has `begun`. */
  expect(id: StreamId): void {
    this.beginning.add(id);
    this.add(id);
  }

  /** It is there now, or is not going to be. */
  begun(id: StreamId): void {
    this.beginning.delete(id);
  }

  remove(id: StreamId): void {
    this.begun(id);
    this.watched.get(id)?.();
    this.watched.delete(id);
    this.foreign.delete(id);
  }

  /** Tells of a run that has ended already, or is not there at all. */
  async look(id: StreamId): Promise<void> {
    try {
      const { ended, status, output, error } = await this.parts.ask(new GetWorkflowResult(ANONYMOUS, id));
      if (ended) this.tell(id, { status, output, error });
    } catch (error) {
      if (!this.watched.has(id)) return;
      this.remove(id);
      this.listener.onRefused(id, error);
    }
  }

  clear(): void {
    for (const letGo of this.watched.values()) letGo();
    this.watched.clear();
    this.foreign.clear();
    this.cancelLook?.();
  }

  private tell(id: StreamId, ending: RunEnding): void {
    if (!this.watched.has(id)) return;
    this.remove(id);
    this.listener.onEnd(id, ending);
  }

  private lookLater(): void {
    this.cancelLook ??= this.parts.clock.after(LOOK_EVERY_MS, () => {
      this.cancelLook = undefined;
      void this.lookAbroad();
    });
  }

  /** The views know of all that are under way at once; only what they do not is read. */
  private async lookAbroad(): Promise<void> {
    const { ownership, partitions, viewReader } = this.parts;
    const owned = ownership.owned();
    for (const id of this.watched.keys()) if (!owned.has(partitionOf(id, partitions))) this.foreign.add(id);
    const foreign = [...this.foreign].filter((id) => !this.beginning.has(id));
    if (foreign.length > 0) {
      const running = await viewReader.runningAmong(ANONYMOUS.namespace, foreign).catch(() => this.foreign);
      for (const id of foreign) if (!running.has(id) && this.foreign.has(id)) await this.look(id);
    }
    if (this.watched.size > 0) this.lookLater();
  }
}
