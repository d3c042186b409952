import { type Fault, Invalid } from '@orrery/domain';
import type { Context } from '../../kernel/context.js';
import { type Handler, Query } from '../../kernel/messages.js';
import { type DefinitionText, checkDefinition } from '../commands/check-definition.js';
import type { EngineKernel } from '../engine-kernel.js';

/** Every fault and warning of a definition, with its place; nothing is stored. */
export class ValidateDefinition extends Query<readonly Fault[]> {
  constructor(
    readonly context: Context,
    readonly definition: DefinitionText,
  ) {
    super();
  }
}

export class ValidateDefinitionHandler implements Handler<ValidateDefinition> {
  readonly handles = ValidateDefinition;

  constructor(private readonly kernel: EngineKernel) {}

  async execute({ context, definition }: ValidateDefinition): Promise<readonly Fault[]> {
    this.kernel.authorize.check(context.actor, context.namespace, 'ValidateDefinition');
    try {
      return checkDefinition(this.kernel, definition).faults;
    } catch (error) {
      // A text that cannot be read is an answer here, and not a refusal.
      if (error instanceof Invalid && error.faults.length > 0) return error.faults;
      throw error;
    }
  }
}
