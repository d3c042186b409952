import type { CheckpointMove } from '@orrery/application';
import type { Json, Recorded, WorkflowDecider } from '@orrery/domain';

/** A commit that a subscriber was handed: the events of it. */
export interface Delivery {
  readonly stream: string;
  readonly recorded: readonly Recorded[];
}

/** A batch that the lists were written with: how far it moved them, and up to which version of which stream. */
export interface WrittenBatch {
  readonly moves: readonly CheckpointMove[];
  readonly versions: ReadonlyMap<string, number>;
}

/** What a worker said of an attempt, and what it was answered: the code of a refusal, or nothing for yes. */
export interface AnsweredReport {
  readonly task: number;
  readonly attempt: number;
  readonly lease: string;
  readonly outcome: { readonly output: Json } | { readonly error: { readonly code: string } };
  readonly refusal: string | undefined;
}

/** What an engine remembered of a run when it had committed, as JSON text. */
export interface Remembered {
  readonly by: string;
  readonly version: number;
  readonly state: string;
}

/** What went on in a world that its log does not say: written down as it happens, and compared with the log at the end. */
export class Records {
  readonly deliveries: Delivery[] = [];
  readonly batches: WrittenBatch[] = [];
  readonly reports = new ByStream<AnsweredReport>();
  readonly remembered = new ByStream<Remembered>();
  /** By the hash of a definition: the rules that engines went by. */
  readonly deciders = new Map<string, WorkflowDecider>();
}

/** Notes that are asked for by the stream that they are of. */
class ByStream<T> {
  private readonly notes = new Map<string, T[]>();

  add(stream: string, note: T): void {
    const of = this.notes.get(stream);
    if (of) of.push(note);
    else this.notes.set(stream, [note]);
  }

  of(stream: string): readonly T[] {
    return this.notes.get(stream) ?? [];
  }
}
