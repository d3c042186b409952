import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type DefinitionState, type Fault, Invalid, type JsonObject, RegisterDefinition } from '@orrery/domain';
import { type Context, clientOf } from '../../kernel/context.js';
import type { Position } from '../../kernel/envelope.js';
import { contentHash, definitionStream } from '../../kernel/new-ids.js';
import type { EngineKernel } from '../engine-kernel.js';
import { type DefinitionText, checkDefinition } from './check-definition.js';

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

@CommandHandler(SubmitDefinition)
export class SubmitDefinitionHandler implements ICommandHandler<SubmitDefinition> {
  constructor(private readonly kernel: EngineKernel) {}

  async execute({ context, definition }: SubmitDefinition): Promise<DefinitionAccepted> {
    const { kernel } = this;
    const { plan, document, faults } = checkDefinition(kernel, definition);
    if (!plan) throw new Invalid('definition.invalid', 'the definition has faults', faults);
    const hash = contentHash(document);
    const { text: source, format } = definition;
    await kernel.contents.put(context.namespace, { hash, document: document as JsonObject, source, format });
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
