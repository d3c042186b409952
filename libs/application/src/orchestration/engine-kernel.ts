import { type DefinitionState, type Namespace, NotFound } from '@orrery/domain';
import type { Aggregates } from '../kernel/aggregates.js';
import type { Handle } from '../kernel/handle.js';
import { named } from '../kernel/named.js';
import { definitionStream } from '../kernel/new-ids.js';
import type { Authorize } from '../kernel/ports/authorize.js';
import type { Clock } from '../kernel/ports/clock.js';
import type { Entropy } from '../kernel/ports/entropy.js';
import type { Ownership } from '../kernel/ports/ownership.js';
import type { MaybeLater, StreamType } from '../kernel/stream-type.js';
import type { Plans } from './plans.js';
import type { DefinitionContents } from './ports/definition-contents.js';
import type { DocumentReader } from './ports/document-reader.js';
import type { InputSchemas } from './ports/input-schemas.js';

/** What the context's command handlers are built on: the shell, the kinds of streams, and where definitions are kept. */
export interface KernelParts {
  readonly handle: Handle;
  readonly aggregates: Aggregates;
  readonly workflows: StreamType;
  readonly definitions: StreamType;
  readonly plans: Plans;
  readonly contents: DefinitionContents;
  readonly documents: DocumentReader;
  readonly inputSchemas: InputSchemas;
  readonly authorize: Authorize;
  readonly ownership: Ownership;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly partitions: number;
}

export interface EngineKernel extends KernelParts {
  /** The versions of a definition, from its own stream. */
  definition(namespace: Namespace, name: string): MaybeLater<DefinitionState>;
}

export function engineKernel(parts: KernelParts): EngineKernel {
  return { ...parts, definition: (namespace, name) => readDefinition(parts, namespace, name) };
}

/** The same kernel, which reads the versions of a definition once: for commands that came together. */
export function readingOnce(kernel: EngineKernel): EngineKernel {
  const read = new Map<string, MaybeLater<DefinitionState>>();
  const definition = (namespace: Namespace, name: string) => {
    const key = named(namespace, name);
    const found = read.get(key) ?? kernel.definition(namespace, name);
    read.set(key, found);
    return found;
  };
  return { ...kernel, definition };
}

/** At once where it is this process that decides on the definition, and has it in memory. */
function readDefinition(
  { aggregates, definitions, ownership }: KernelParts,
  namespace: Namespace,
  name: string,
): MaybeLater<DefinitionState> {
  const key = { namespace, stream: definitionStream(namespace, name) };
  const partition = aggregates.partitionOf(key);
  const isOwn = ownership.owned().has(partition) && ownership.trusted(partition);
  const found = isOwn ? aggregates.current(key, definitions) : aggregates.read(key, definitions);
  if (!(found instanceof Promise)) return found.state as DefinitionState;
  return found.then(
    ({ state }) => state as DefinitionState,
    (error: unknown) => {
      if (error instanceof NotFound) throw new NotFound('definition.not-found', `there is no definition "${name}"`);
      throw error;
    },
  );
}
