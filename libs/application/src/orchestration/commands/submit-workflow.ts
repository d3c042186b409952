import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  type DefinitionReference,
  Invalid,
  type Json,
  type JsonObject,
  LIMITS,
  NotFound,
  OrreryError,
  StartWorkflow,
  type StreamId,
  TooLarge,
  type WorkflowState,
  type WorkflowStatus,
  jsonSize,
} from '@orrery/domain';
import { type Context, clientOf } from '../../kernel/context.js';
import type { Position } from '../../kernel/envelope.js';
import { newIdIn } from '../../kernel/new-ids.js';
import type { EngineKernel } from '../engine-kernel.js';
import type { RunReader } from '../views/run-reader.js';
import { resolveStart } from './resolve-start.js';

/** What a client says to start a run. */
export interface WorkflowRequest {
  /** A name, `name@version`, or a whole definition. */
  readonly definition: string | JsonObject;
  readonly id?: StreamId;
  readonly input?: Json;
  readonly labels?: { readonly [key: string]: string };
  readonly priority?: number;
}

export interface WorkflowAccepted {
  readonly id: StreamId;
  readonly definition: DefinitionReference;
  readonly status: WorkflowStatus;
  /** False: it was started before, by the same request. */
  readonly created: boolean;
  readonly position: Position;
}

/** Starts a run: its definition is resolved to the hash of its content before anything is decided. */
export class SubmitWorkflow extends Command<WorkflowAccepted> {
  constructor(
    readonly context: Context,
    readonly request: WorkflowRequest,
  ) {
    super();
  }
}

@CommandHandler(SubmitWorkflow)
export class SubmitWorkflowHandler implements ICommandHandler<SubmitWorkflow> {
  constructor(
    private readonly kernel: EngineKernel,
    private readonly runs: RunReader,
  ) {}

  async execute({ context, request }: SubmitWorkflow): Promise<WorkflowAccepted> {
    const { handle, workflows } = this.kernel;
    const { id: given, labels, priority, input = null } = request;
    if (given !== undefined && context.idempotencyKey !== undefined) {
      throw new Invalid('request.id-and-key', 'a start takes an id or an Idempotency-Key, not both: either names it');
    }
    if (jsonSize(input, LIMITS.payloadBytes) > LIMITS.payloadBytes) {
      const message = `the input is larger than ${LIMITS.payloadBytes} bytes`;
      throw new TooLarge('input.too-large', message, 'payloadBytes', LIMITS.payloadBytes);
    }
    const { id, client } = this.identify(context, request, given);
    const isRepeatable = given !== undefined || context.idempotencyKey !== undefined;
    const start = await this.startOf(context, request, id).catch((error: unknown) => {
      if (isRepeatable && error instanceof OrreryError) return this.startBefore(context, id, error);
      throw error;
    });
    const { position, changed } = await handle.handle({
      namespace: context.namespace,
      stream: id,
      type: workflows,
      command: new StartWorkflow({ ...start, labels, priority }),
      client: { ...client, id },
      begins: true,
    });
    const run = await this.runAt(context.namespace, position, changed);
    return { id, status: run.status, definition: run.definition ?? start.definition, created: changed, position };
  }

  /** What the run is to run, and on what. */
  private async startOf({ namespace }: Context, { definition, input = null }: WorkflowRequest, id: StreamId) {
    return { id, ...(await resolveStart(this.kernel, namespace, { definition, input })) };
  }

  /**
   * A start that would be refused today may have been taken before, when its definition was another: then it is the
   * same start, and gets the same answer. If there is no such run, the refusal stands.
   */
  private async startBefore({ namespace }: Context, id: StreamId, refusal: OrreryError) {
    const page = await this.runs.page({ namespace, stream: id }).catch((error: unknown) => {
      throw error instanceof NotFound ? refusal : error;
    });
    return { id, definition: page.started.definition, input: page.started.input };
  }

  /** Where the run stands: some end as they start, and one that was started before may have ended long ago. */
  private async runAt(
    namespace: Context['namespace'],
    { stream, version }: Position,
    created: boolean,
  ): Promise<{ readonly status: WorkflowStatus; readonly definition?: DefinitionReference }> {
    const key = { namespace, stream: stream as StreamId };
    const known = created ? this.kernel.aggregates.peek(key) : undefined;
    if (known?.version === version) return { status: (known.state as WorkflowState).status! };
    // A new run that has gone on since was running when it was answered.
    if (known) return { status: 'running' };
    // The name may lead to another version by now than to the one that the run runs.
    const { state, started } = await this.runs.page(key);
    return { status: state.status!, definition: started.definition };
  }

  /** A key or a given id makes the start repeatable; without either its id is drawn, close to whoever draws it. */
  private identify(context: Context, request: WorkflowRequest, given: StreamId | undefined) {
    const { clock, entropy, ownership, partitions } = this.kernel;
    const body = { ...request } as Json;
    const client = clientOf(context, { operation: 'StartWorkflow', body }, clock, entropy);
    if (given !== undefined) return { id: given, client };
    if (context.idempotencyKey !== undefined) return { id: client.id as StreamId, client };
    return { id: newIdIn(ownership.owned(), partitions, clock, entropy), client };
  }
}
