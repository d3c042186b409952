import { type DefinitionState, type Fault, Invalid, type JsonObject, RegisterDefinition } from '@orrery/domain';
import { type Context, clientOf } from '../../kernel/context.js';
import type { Position } from '../../kernel/envelope.js';
import { Command, type Handler } from '../../kernel/messages.js';
import { contentHash, definitionStream } from '../../kernel/new-ids.js';
import { type Trial, tryCommand } from '../../kernel/try-command.js';
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

export class SubmitDefinitionHandler implements Handler<SubmitDefinition> {
  readonly handles = SubmitDefinition;

  constructor(private readonly kernel: EngineKernel) {}

  async execute({ context, definition }: SubmitDefinition): Promise<DefinitionAccepted> {
    const { kernel } = this;
    const { content, warnings, envelope } = prepare(kernel, context, definition);
    await kernel.contents.put(context.namespace, content);
    const { position, changed } = await kernel.handle.handle(envelope);
    const { name, hash } = envelope.command.data;
    const state = (await kernel.definition(context.namespace, name)) as DefinitionState;
    const version = state.versions.lastIndexOf(hash) + 1;
    return { name, version, hash, created: changed, warnings, position };
  }
}

/** Asks which events a registration would bring, and stores nothing. */
export class TryDefinition extends Command<Trial> {
  constructor(
    readonly context: Context,
    readonly definition: DefinitionText,
  ) {
    super();
  }
}

export class TryDefinitionHandler implements Handler<TryDefinition> {
  readonly handles = TryDefinition;

  constructor(private readonly kernel: EngineKernel) {}

  async execute({ context, definition }: TryDefinition): Promise<Trial> {
    return tryCommand(this.kernel, prepare(this.kernel, context, definition).envelope);
  }
}

/** What is to be stored and to be decided, of a definition without faults. */
function prepare(kernel: EngineKernel, context: Context, definition: DefinitionText) {
  const { plan, document, faults } = checkDefinition(kernel, definition);
  if (!plan) throw new Invalid('definition.invalid', 'the definition has faults', faults);
  const { namespace } = context;
  const { text: source, format } = definition;
  const identity = { name: plan.name, hash: contentHash(document) };
  const stream = definitionStream(namespace, plan.name);
  const request = { operation: 'RegisterDefinition', body: identity, subject: stream };
  const client = clientOf(context, request, kernel.clock, kernel.entropy);
  const command = new RegisterDefinition(identity);
  return {
    content: { hash: identity.hash, document: document as JsonObject, source, format },
    warnings: faults,
    envelope: { namespace, stream, type: kernel.definitions, command, client },
  };
}
