import { type DefinitionState, type Namespace, NotFound } from '@orrery/domain';
import type { Aggregates } from '../kernel/aggregates.js';
import type { Handle } from '../kernel/handle.js';
import { definitionStream } from '../kernel/new-ids.js';
import type { Authorize } from '../kernel/ports/authorize.js';
import type { Clock } from '../kernel/ports/clock.js';
import type { Entropy } from '../kernel/ports/entropy.js';
import type { Ownership } from '../kernel/ports/ownership.js';
import type { StreamType } from '../kernel/stream-type.js';
import type { Plans } from './plans.js';
import type { DefinitionContents } from './ports/definition-contents.js';
import type { DocumentReader } from './ports/document-reader.js';

/** What every command handler of the context needs: the shell, the kinds of streams, and where definitions are kept. */
export class EngineKernel {
  constructor(
    readonly handle: Handle,
    readonly aggregates: Aggregates,
    readonly workflows: StreamType,
    readonly definitions: StreamType,
    readonly plans: Plans,
    readonly contents: DefinitionContents,
    readonly documents: DocumentReader,
    readonly authorize: Authorize,
    readonly ownership: Ownership,
    readonly clock: Clock,
    readonly entropy: Entropy,
    readonly partitions: number,
  ) {}

  /** The versions of a definition, from its own stream. */
  async definition(namespace: Namespace, name: string): Promise<DefinitionState> {
    const key = { namespace, stream: definitionStream(namespace, name) };
    const isOwn = this.ownership.owned().has(this.aggregates.partitionOf(key)) && this.ownership.trusted();
    const reading = isOwn
      ? this.aggregates.current(key, this.definitions)
      : this.aggregates.read(key, this.definitions);
    const aggregate = await reading.catch((error: unknown) => {
      if (error instanceof NotFound) throw new NotFound('definition.not-found', `there is no definition "${name}"`);
      throw error;
    });
    return aggregate.state as DefinitionState;
  }
}
