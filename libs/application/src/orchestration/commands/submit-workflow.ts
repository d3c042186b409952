import type { Json } from '@orrery/domain';
import { type Context, clientAs, clientOf } from '../../kernel/context.js';
import type { Client } from '../../kernel/envelope.js';
import { Command, type Handler } from '../../kernel/messages.js';
import { bodyHash, newIdIn } from '../../kernel/new-ids.js';
import type { Trial } from '../../kernel/try-command.js';
import type { EngineKernel } from '../engine-kernel.js';
import type { RunStarts, WorkflowAccepted, WorkflowRequest } from './run-starts.js';

/** Starts a run: its definition is resolved to the hash of its content before anything is decided. */
export class SubmitWorkflow extends Command<WorkflowAccepted> {
  constructor(
    readonly context: Context,
    readonly request: WorkflowRequest,
  ) {
    super();
  }
}

export class SubmitWorkflowHandler implements Handler<SubmitWorkflow> {
  readonly handles = SubmitWorkflow;

  constructor(
    private readonly kernel: EngineKernel,
    private readonly starts: RunStarts,
  ) {}

  async execute({ context, request }: SubmitWorkflow): Promise<WorkflowAccepted> {
    return this.starts.send(await prepare(this.kernel, this.starts, context, request));
  }
}

/** Asks which events a start would bring, and stores nothing. */
export class TryWorkflow extends Command<Trial> {
  constructor(
    readonly context: Context,
    readonly request: WorkflowRequest,
  ) {
    super();
  }
}

export class TryWorkflowHandler implements Handler<TryWorkflow> {
  readonly handles = TryWorkflow;

  constructor(
    private readonly kernel: EngineKernel,
    private readonly starts: RunStarts,
  ) {}

  async execute({ context, request }: TryWorkflow): Promise<Trial> {
    const starts = this.starts.rehearsal();
    return starts.try(await prepare(this.kernel, starts, context, request));
  }
}

function prepare(kernel: EngineKernel, starts: RunStarts, context: Context, request: WorkflowRequest) {
  const isRepeatable = request.id !== undefined || context.idempotencyKey !== undefined;
  return starts.prepare(context, request, starterOf(kernel, context, request), isRepeatable);
}

/** A key or a given id makes the start repeatable; without either its id is drawn, close to whoever draws it. */
function starterOf(kernel: EngineKernel, context: Context, request: WorkflowRequest): Client {
  const { clock, entropy, ownership, partitions } = kernel;
  const body = { ...request } as Json;
  if (request.id !== undefined) return clientAs(context, request.id, bodyHash('StartWorkflow', body));
  if (context.idempotencyKey !== undefined) {
    return clientOf(context, { operation: 'StartWorkflow', body }, clock, entropy);
  }
  return clientAs(context, newIdIn(ownership.owned(), partitions, clock, entropy));
}
