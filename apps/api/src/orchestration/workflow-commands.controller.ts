import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type ClientCommand, SendToWorkflow, SubmitDeletion, TryOnWorkflow } from '@orrery/application';
import { shownTrial } from '@orrery/contract';
import {
  CancelWorkflow,
  DeleteWorkflow,
  PauseWorkflow,
  ResumeWorkflow,
  RetryWorkflow,
  SignalWorkflow,
} from '@orrery/domain';
import { workflowRoutes } from '../contract/workflows.js';
import { type RequestOf, Serves } from '../http/mount.js';

/** What all of them have in common. */
type Sending = Pick<RequestOf<typeof workflowRoutes.pause>, 'context' | 'params' | 'query'>;

/** Commands to a run that is there: sent, or with `dryRun` only tried. */
@Controller()
export class WorkflowCommandsController {
  constructor(private readonly commands: CommandBus) {}

  @Serves(workflowRoutes.cancel)
  cancel(request: RequestOf<typeof workflowRoutes.cancel>) {
    return this.send(request, new CancelWorkflow(request.body ?? {}));
  }

  @Serves(workflowRoutes.pause)
  pause(request: RequestOf<typeof workflowRoutes.pause>) {
    return this.send(request, new PauseWorkflow({}));
  }

  @Serves(workflowRoutes.resume)
  resume(request: RequestOf<typeof workflowRoutes.resume>) {
    return this.send(request, new ResumeWorkflow({}));
  }

  @Serves(workflowRoutes.retry)
  retry(request: RequestOf<typeof workflowRoutes.retry>) {
    return this.send(request, new RetryWorkflow({}));
  }

  @Serves(workflowRoutes.signal)
  signal(request: RequestOf<typeof workflowRoutes.signal>) {
    const { name } = request.params;
    return this.send(request, new SignalWorkflow({ name, payload: request.body ?? null }));
  }

  @Serves(workflowRoutes.delete)
  async delete(request: RequestOf<typeof workflowRoutes.delete>) {
    if (request.query.dryRun) return this.try(request, new DeleteWorkflow({}));
    const { context, params } = request;
    const { id } = params;
    const { position, changed } = await this.commands.execute(new SubmitDeletion(context, id));
    const version = position.version;
    return { status: changed ? (202 as const) : (200 as const), body: { id, changed }, position, version };
  }

  private async try({ context, params: { id } }: Sending, command: ClientCommand | DeleteWorkflow) {
    const trial = await this.commands.execute(new TryOnWorkflow(context, id, command));
    return { status: 200 as const, body: shownTrial(trial) };
  }

  private async send(request: Sending, command: ClientCommand) {
    if (request.query.dryRun) return this.try(request, command);
    const { context, params } = request;
    const { id } = params;
    const { position, changed } = await this.commands.execute(new SendToWorkflow(context, id, command));
    const version = position.version;
    return { status: changed ? (202 as const) : (200 as const), body: { id, changed }, position, version };
  }
}
