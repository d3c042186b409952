import { type Json, KeyReused, OrreryError, type StreamId } from '@orrery/domain';
import { type Context, clientOf } from '../../kernel/context.js';
import type { Client } from '../../kernel/envelope.js';
import { Command, type Handler } from '../../kernel/messages.js';
import { bodyHash, derivedId, newIdIn } from '../../kernel/new-ids.js';
import { commandsOf } from '../recorded-events.js';
import type { Trial } from '../../kernel/try-command.js';
import type { EngineKernel } from '../engine-kernel.js';
import type { RunReader } from '../views/run-reader.js';
import type { PreparedStart, RunStarts, WorkflowAccepted, WorkflowRequest } from './run-starts.js';

/** One of many starts: what is asked, or why it cannot be read. */
export type BatchItem = WorkflowRequest | OrreryError;

/** Starts many runs, as a rule in one commit. What is wrong with one of them hinders none of the others. */
export class SubmitWorkflows extends Command<readonly PromiseSettledResult<WorkflowAccepted>[]> {
  constructor(
    readonly context: Context,
    readonly items: readonly BatchItem[],
    /** All of it as it was sent: the same key with another body is refused as a whole. */
    readonly body: Json,
  ) {
    super();
  }
}

export class SubmitWorkflowsHandler implements Handler<SubmitWorkflows> {
  readonly handles = SubmitWorkflows;

  constructor(
    private readonly kernel: EngineKernel,
    private readonly starts: RunStarts,
    private readonly runs: RunReader,
  ) {}

  execute(asked: SubmitWorkflows) {
    const starts = this.starts.together();
    return new Batch(this.kernel, starts, this.runs).each(asked, (start) => starts.send(start));
  }
}

/** Asks which events each of many starts would bring, and stores nothing. */
export class TryWorkflows extends Command<readonly PromiseSettledResult<Trial>[]> {
  constructor(
    readonly context: Context,
    readonly items: readonly BatchItem[],
    readonly body: Json,
  ) {
    super();
  }
}

export class TryWorkflowsHandler implements Handler<TryWorkflows> {
  readonly handles = TryWorkflows;

  constructor(
    private readonly kernel: EngineKernel,
    private readonly starts: RunStarts,
    private readonly runs: RunReader,
  ) {}

  execute(asked: TryWorkflows) {
    const starts = this.starts.rehearsal().together();
    return new Batch(this.kernel, starts, this.runs).each(asked, (start) => starts.try(start));
  }
}

/** Many starts that came together. */
class Batch {
  constructor(
    private readonly kernel: EngineKernel,
    private readonly starts: RunStarts,
    private readonly runs: RunReader,
  ) {}

  /** Prepares all of them, and then does with each what is to be done with it. */
  async each<Answer>(
    { context, items, body }: Pick<SubmitWorkflows, 'context' | 'items' | 'body'>,
    act: (start: PreparedStart) => Promise<Answer>,
  ): Promise<readonly PromiseSettledResult<Answer>[]> {
    const batch = this.batchClient(context, body);
    if (context.idempotencyKey !== undefined) await this.mustBeSameBatch(context, items, batch);
    const acts: (() => Promise<Answer>)[] = [];
    // One after the other: a definition that many of them bring is compiled and stored once.
    for (const [n, item] of items.entries()) {
      const acting = this.prepare(context, batch, item, n).then(
        (start) => () => act(start),
        (error: unknown) => () => Promise.reject(error),
      );
      acts.push(await acting);
    }
    return Promise.allSettled(acts.map((each) => each()));
  }

  private async prepare(context: Context, batch: Client, item: BatchItem, n: number): Promise<PreparedStart> {
    if (item instanceof OrreryError) throw item;
    const isRepeatable = item.id !== undefined || context.idempotencyKey !== undefined;
    return this.starts.prepare(context, item, this.clientOf(batch, context, item, n), isRepeatable);
  }

  private batchClient(context: Context, body: Json): Client {
    return clientOf(context, { operation: 'StartWorkflows', body }, this.kernel.clock, this.kernel.entropy);
  }

  /** With a key the n-th item is known by it; a given id makes it the same start as one that comes alone. */
  private clientOf(batch: Client, { namespace, idempotencyKey }: Context, item: WorkflowRequest, n: number): Client {
    const { clock, entropy, ownership, partitions } = this.kernel;
    if (idempotencyKey !== undefined) return { ...batch, id: itemId(namespace, idempotencyKey, n) };
    if (item.id === undefined) return { ...batch, id: newIdIn(ownership.owned(), partitions, clock, entropy) };
    return { ...batch, id: item.id, body: bodyHash('StartWorkflow', { ...item } as Json) };
  }

  /**
   * Refuses the key of another batch before anything starts. The first item that can be read tells: where it was never
   * started, those that were are refused one by one when they are decided.
   */
  private async mustBeSameBatch({ namespace, idempotencyKey }: Context, items: readonly BatchItem[], batch: Client) {
    const first = items.findIndex((item) => !(item instanceof OrreryError));
    if (first < 0) return;
    const stream = itemId(namespace, idempotencyKey!, first);
    const [commit] = await this.runs.commits({ namespace, stream }, 0, 1);
    const entries = commit ? commandsOf(commit).map(({ entry }) => entry) : [];
    if (entries.some(({ id, body }) => id === stream && body !== batch.body)) {
      throw new KeyReused('key.reused', 'this idempotency key was used before, with another batch');
    }
  }
}

function itemId(namespace: string, key: string, n: number): StreamId {
  return derivedId('batch', namespace, key, String(n));
}
