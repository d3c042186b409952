import type { ViewBatch } from '@orrery/application';
import { type MemoryCheckpoints, MemoryViews } from '@orrery/infrastructure/memory';
import type { WrittenBatch } from './records.js';

/** The lists, which write down what they were written with. */
export class RecordedViews extends MemoryViews {
  constructor(
    checkpoints: MemoryCheckpoints,
    private readonly batches: WrittenBatch[],
  ) {
    super(checkpoints);
  }

  override async write(batch: ViewBatch): Promise<boolean> {
    const written = await super.write(batch);
    const changes = [...batch.runs, ...batch.definitions];
    const versions = new Map(changes.map(({ stream, version }) => [stream, version]));
    if (written) this.batches.push({ moves: batch.moves, versions });
    return written;
  }
}
