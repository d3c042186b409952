import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { CommandBus } from '@nestjs/cqrs';
import {
  type ClientCommand,
  PositionTokens,
  SendToWorkflow,
  SubmitDeletion,
  SubmitWorkflow,
  TryOnWorkflow,
  TryWorkflow,
} from '@orrery/application';
import { cancelBody, shownTrial, start } from '@orrery/contract';
import * as the from '@orrery/contract/schemas';
import {
  CancelWorkflow,
  DeleteWorkflow,
  type Json,
  PauseWorkflow,
  ResumeWorkflow,
  RetryWorkflow,
  SignalWorkflow,
} from '@orrery/domain';
import { z } from 'zod';
import { CommandArgs, StartWorkflowInput, WriteArgs, given, read } from './arguments.js';
import type { Asking } from './asking.js';
import { sendingOf } from './definition-source.js';
import { DeleteWorkflowPayload, WorkflowPayload } from './payload.objects.js';
import { readRunId } from './read-id.js';
import { sourceOfRun } from './run-source.js';
import { JsonScalar } from './scalars.js';
import { startOf } from './start-input.js';

const signal = z.object({ name: the.signalName });

/** Commands to runs: sent, or with `dryRun` only tried. Each answers with its run, as new as the command. */
@Resolver()
export class WorkflowCommandsResolver {
  constructor(
    private readonly commands: CommandBus,
    private readonly tokens: PositionTokens,
  ) {}

  @Mutation(() => WorkflowPayload, {
    nullable: true,
    description: 'Start a run. With an id or an `idempotencyKey` it may be sent again: it starts once.',
  })
  async startWorkflow(
    @Context('asking') asking: Asking,
    @Args('input') input: StartWorkflowInput,
    @Args() args: WriteArgs,
  ) {
    const context = sendingOf(asking.context, args);
    const request = read(start, startOf(input));
    if (args.dryRun) {
      return { ...shownTrial(await this.commands.execute(new TryWorkflow(context, request))), changed: false };
    }
    const { id, created, position } = await this.commands.execute(new SubmitWorkflow(context, request));
    const workflow = sourceOfRun(await asking.runAfter(id));
    return { workflow, changed: created, position: this.tokens.write(position) };
  }

  @Mutation(() => WorkflowPayload, { nullable: true, description: 'Cancel a run, and undo what it did.' })
  cancelWorkflow(
    @Context('asking') asking: Asking,
    @Args() args: CommandArgs,
    @Args('reason', { type: () => String, nullable: true }) reason?: string | null,
    @Args('compensate', { type: () => Boolean, nullable: true, description: 'False: what was done stays done.' })
    compensate?: boolean | null,
  ) {
    return this.send(asking, args, new CancelWorkflow(read(cancelBody, given({ reason, compensate }))));
  }

  @Mutation(() => WorkflowPayload, {
    nullable: true,
    description: 'Pause a run: nothing new starts, its timers stand still.',
  })
  pauseWorkflow(@Context('asking') asking: Asking, @Args() args: CommandArgs) {
    return this.send(asking, args, new PauseWorkflow({}));
  }

  @Mutation(() => WorkflowPayload, { nullable: true, description: 'Let a paused run go on.' })
  resumeWorkflow(@Context('asking') asking: Asking, @Args() args: CommandArgs) {
    return this.send(asking, args, new ResumeWorkflow({}));
  }

  @Mutation(() => WorkflowPayload, { nullable: true, description: 'Set a failed run going again.' })
  retryWorkflow(@Context('asking') asking: Asking, @Args() args: CommandArgs) {
    return this.send(asking, args, new RetryWorkflow({}));
  }

  @Mutation(() => WorkflowPayload, {
    nullable: true,
    description:
      'Send a signal to a run. A task that waits for a signal of this name takes it; one that comes early is kept. Send an `idempotencyKey` to send it once.',
  })
  signalWorkflow(
    @Context('asking') asking: Asking,
    @Args() args: CommandArgs,
    @Args('name', { type: () => String }) name: string,
    @Args('payload', { type: () => JsonScalar, nullable: true }) payload: Json = null,
  ) {
    return this.send(asking, args, new SignalWorkflow({ ...read(signal, { name }), payload }));
  }

  @Mutation(() => DeleteWorkflowPayload, {
    nullable: true,
    description: 'Delete a run that has ended. From then on it is gone for everybody; its id never begins another run.',
  })
  async deleteWorkflow(@Context('asking') { context: asked }: Asking, @Args() args: CommandArgs) {
    const id = readRunId(args.id);
    const context = sendingOf(asked, args);
    if (args.dryRun) {
      const trial = await this.commands.execute(new TryOnWorkflow(context, id, new DeleteWorkflow({})));
      return { workflowId: id, changed: false, ...shownTrial(trial) };
    }
    const { position, changed } = await this.commands.execute(new SubmitDeletion(context, id));
    return { workflowId: id, changed, position: this.tokens.write(position) };
  }

  private async send(asking: Asking, args: CommandArgs, command: ClientCommand) {
    const id = readRunId(args.id);
    const context = sendingOf(asking.context, args);
    if (args.dryRun) {
      return { ...shownTrial(await this.commands.execute(new TryOnWorkflow(context, id, command))), changed: false };
    }
    const { position, changed } = await this.commands.execute(new SendToWorkflow(context, id, command));
    const workflow = sourceOfRun(await asking.runAfter(id));
    return { workflow, changed, position: this.tokens.write(position) };
  }
}
