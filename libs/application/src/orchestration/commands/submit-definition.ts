import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  type DefinitionState,
  type Fault,
  Invalid,
  type JsonObject,
  type Plan,
  RegisterDefinition,
  compileDefinition,
} from '@orrery/domain';
import { type Context, clientOf } from '../../kernel/context.js';
import type { Position } from '../../kernel/envelope.js';
import { contentHash, definitionStream } from '../../kernel/new-ids.js';
import type { EngineKernel } from '../engine-kernel.js';
import type { DocumentReader } from '../ports/document-reader.js';

/** A definition as text, the way its author wrote it. */
export interface DefinitionText {
  readonly text: string;
  readonly format: 'json' | 'yaml';
}

export interface DefinitionAccepted {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  /** False: this content was registered before, under this version. */
  readonly created: boolean;
  readonly warnings: readonly Fault[];
  readonly position: Position;
}

/** Registers a definition: the same content keeps its version, changed content gets the next one. */
export class SubmitDefinition extends Command<DefinitionAccepted> {
  constructor(
    readonly context: Context,
    readonly definition: DefinitionText,
  ) {
    super();
  }
}

/** What is in a definition's text: its plan, or every fault at once with its place. */
export interface CheckedDefinition {
  readonly plan: Plan | undefined;
  readonly document: JsonObject | undefined;
  readonly faults: readonly Fault[];
}

/** Reads and compiles a definition's text; each fault gets its line and column. */
export function checkDefinition(reader: DocumentReader, { text, format }: DefinitionText): CheckedDefinition {
  const { value, locate } = reader.read(text, format);
  const compiled = compileDefinition(value);
  const faults = compiled.faults.map((fault) => ({ ...fault, ...locate(fault.pointer) }));
  return 'plan' in compiled
    ? { plan: compiled.plan, document: value as JsonObject, faults }
    : { plan: undefined, document: undefined, faults };
}

@CommandHandler(SubmitDefinition)
export class SubmitDefinitionHandler implements ICommandHandler<SubmitDefinition> {
  constructor(private readonly kernel: EngineKernel) {}

  async execute({ context, definition }: SubmitDefinition): Promise<DefinitionAccepted> {
    const { kernel } = this;
    const { plan, document, faults } = checkDefinition(kernel.documents, definition);
    if (!plan) throw new Invalid('definition.invalid', 'the definition has faults', faults);
    const hash = contentHash(document!);
    const { text: source, format } = definition;
    await kernel.contents.put(context.namespace, { hash, document: document!, source, format });
    const stream = definitionStream(context.namespace, plan.name);
    const request = { operation: 'RegisterDefinition', body: { name: plan.name, hash }, subject: stream };
    const { position, changed } = await kernel.handle.handle({
      namespace: context.namespace,
      stream,
      type: kernel.definitions,
      command: new RegisterDefinition({ name: plan.name, hash }),
      client: clientOf(context, request, kernel.clock, kernel.entropy),
    });
    const state = (await kernel.definition(context.namespace, plan.name)) as DefinitionState;
    const version = state.versions.lastIndexOf(hash) + 1;
    return { name: plan.name, version, hash, created: changed, warnings: faults, position };
  }
}
