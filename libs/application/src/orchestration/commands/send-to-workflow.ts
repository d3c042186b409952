import {
  type CancelWorkflow,
  type DomainEvent,
  type PauseWorkflow,
  type ResumeWorkflow,
  type RetryWorkflow,
  type SignalWorkflow,
  type StreamId,
  decide,
} from '@orrery/domain';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type Context, clientOf } from '../../kernel/context.js';
import type { Answer } from '../../kernel/envelope.js';
import type { EngineKernel } from '../engine-kernel.js';
import { checkSignal } from './check-signal.js';

/** What a client may send to a run that is there. */
export type ClientCommand = CancelWorkflow | PauseWorkflow | ResumeWorkflow | RetryWorkflow | SignalWorkflow;

/** Sends a command to a run; with `dryRun` it only says which events would follow. */
export class SendToWorkflow extends Command<Answer> {
  constructor(
    readonly context: Context,
    readonly workflow: StreamId,
    readonly command: ClientCommand,
  ) {
    super();
  }
}

@CommandHandler(SendToWorkflow)
export class SendToWorkflowHandler implements ICommandHandler<SendToWorkflow> {
  constructor(private readonly kernel: EngineKernel) {}

  async execute({ context, workflow, command }: SendToWorkflow): Promise<Answer> {
    const { handle, workflows, clock, entropy } = this.kernel;
    if (command.type === 'SignalWorkflow') {
      await checkSignal(this.kernel, { namespace: context.namespace, stream: workflow }, command);
    }
    const request = { operation: command.type, body: { ...command.data }, subject: workflow };
    return handle.handle({
      namespace: context.namespace,
      stream: workflow,
      type: workflows,
      command,
      client: clientOf(context, request, clock, entropy),
      ifMatch: context.ifMatch,
    });
  }
}

/** Asks which events a command would bring, without sending it. */
export class TryOnWorkflow extends Command<readonly DomainEvent[]> {
  constructor(
    readonly context: Context,
    readonly workflow: StreamId,
    readonly command: ClientCommand,
  ) {
    super();
  }
}

@CommandHandler(TryOnWorkflow)
export class TryOnWorkflowHandler implements ICommandHandler<TryOnWorkflow> {
  constructor(private readonly kernel: EngineKernel) {}

  async execute({ context, workflow, command }: TryOnWorkflow): Promise<readonly DomainEvent[]> {
    const { namespace, actor } = context;
    this.kernel.authorize.check(actor, namespace, command.type);
    const key = { namespace, stream: workflow };
    if (command.type === 'SignalWorkflow') await checkSignal(this.kernel, key, command);
    const run = await this.kernel.aggregates.read(key, this.kernel.workflows);
    const moment = { now: this.kernel.clock.now(), random: () => this.kernel.entropy.random() };
    return decide(run.decider, command, run.state, moment).events;
  }
}
