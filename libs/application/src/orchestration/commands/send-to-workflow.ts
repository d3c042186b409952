import {
  type CancelWorkflow,
  type DeleteWorkflow,
  Gone,
  type PauseWorkflow,
  type ResumeWorkflow,
  type RetryWorkflow,
  type SignalWorkflow,
  type StreamId,
} from '@orrery/domain';
import { type Context, clientOf } from '../../kernel/context.js';
import type { Answer } from '../../kernel/envelope.js';
import type { EngineKernel } from '../engine-kernel.js';
import { Command, type Handler } from '../../kernel/messages.js';
import { type Trial, tryCommand } from '../../kernel/try-command.js';
import { checkSignal } from './check-signal.js';

/** What a client may send to a run that is there. */
export type ClientCommand = CancelWorkflow | PauseWorkflow | ResumeWorkflow | RetryWorkflow | SignalWorkflow;

/** Sends a command to a run. */
export class SendToWorkflow extends Command<Answer> {
  constructor(
    readonly context: Context,
    readonly workflow: StreamId,
    readonly command: ClientCommand,
  ) {
    super();
  }
}

export class SendToWorkflowHandler implements Handler<SendToWorkflow> {
  readonly handles = SendToWorkflow;

  constructor(private readonly kernel: EngineKernel) {}

  async execute({ context, workflow, command }: SendToWorkflow): Promise<Answer> {
    const envelope = envelopeOf(this.kernel, context, workflow, command);
    if (command.type === 'SignalWorkflow') await checkSignal(this.kernel, { ...envelope, command });
    return this.kernel.handle.handle(envelope);
  }
}

/** Asks which events a command would bring, without sending it. */
export class TryOnWorkflow extends Command<Trial> {
  constructor(
    readonly context: Context,
    readonly workflow: StreamId,
    readonly command: ClientCommand | DeleteWorkflow,
  ) {
    super();
  }
}

export class TryOnWorkflowHandler implements Handler<TryOnWorkflow> {
  readonly handles = TryOnWorkflow;

  constructor(private readonly kernel: EngineKernel) {}

  async execute({ context, workflow, command }: TryOnWorkflow): Promise<Trial> {
    const envelope = envelopeOf(this.kernel, context, workflow, command);
    if (command.type === 'SignalWorkflow') await checkSignal(this.kernel, { ...envelope, command });
    return tryCommand(this.kernel, envelope).catch((error: unknown) => {
      // It was deleted so long ago that its stream cannot be folded any more: it stays as it is.
      if (command.type === 'DeleteWorkflow' && error instanceof Gone) return { id: workflow, events: [] };
      throw error;
    });
  }
}

/** A client's command on its way to a run. */
export function envelopeOf(
  { workflows, clock, entropy }: EngineKernel,
  context: Context,
  workflow: StreamId,
  command: ClientCommand | DeleteWorkflow,
) {
  const { namespace, ifMatch } = context;
  const request = { operation: command.type, body: { ...command.data }, subject: workflow };
  const client = clientOf(context, request, clock, entropy);
  return { namespace, stream: workflow, type: workflows, command, client, ifMatch };
}
