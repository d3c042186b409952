import { DeleteWorkflow, Gone, type StreamId, mustHaveEnded } from '@orrery/domain';
import type { Context } from '../../kernel/context.js';
import type { Answer } from '../../kernel/envelope.js';
import { Command, type Handler } from '../../kernel/messages.js';
import type { StreamKey } from '../../kernel/ports/log.js';
import type { EngineKernel } from '../engine-kernel.js';
import type { RunReader } from '../views/run-reader.js';
import { envelopeOf } from './send-to-workflow.js';

/** Deletes a run that has ended. One that was deleted before stays as it is. */
export class SubmitDeletion extends Command<Answer> {
  constructor(
    readonly context: Context,
    readonly workflow: StreamId,
  ) {
    super();
  }
}

export class SubmitDeletionHandler implements Handler<SubmitDeletion> {
  readonly handles = SubmitDeletion;

  constructor(
    private readonly kernel: EngineKernel,
    private readonly runs: RunReader,
  ) {}

  async execute(deletion: SubmitDeletion): Promise<Answer> {
    const { context, workflow } = deletion;
    const key = { namespace: context.namespace, stream: workflow };
    // Its end must have committed: what is decided ahead would share the row of the deletion, which stays for good.
    const page = await this.runs.page(key).catch((error: unknown) => {
      if (error instanceof Gone) return undefined;
      throw error;
    });
    if (page) mustHaveEnded(page.state);
    return this.send(deletion).catch((error: unknown) => {
      if (error instanceof Gone) return this.deletedLongAgo(key);
      throw error;
    });
  }

  private send({ context, workflow }: SubmitDeletion): Promise<Answer> {
    return this.kernel.handle.handle(envelopeOf(this.kernel, context, workflow, new DeleteWorkflow({})));
  }

  /** The commit that deleted it is all that is left. */
  private async deletedLongAgo(key: StreamKey): Promise<Answer> {
    const [last] = await this.runs.commits(key, 0, 1);
    const { cursor, partition, stream, lastVersion: version } = last!;
    return { position: { ...cursor, partition, stream, version }, changed: false };
  }
}
