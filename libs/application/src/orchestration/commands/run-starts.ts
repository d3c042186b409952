import {
  type DefinitionReference,
  Invalid,
  type Json,
  type JsonObject,
  LIMITS,
  NotFound,
  OrreryError,
  type Start,
  StartWorkflow,
  type StreamId,
  TooLarge,
  type WorkflowState,
  type WorkflowStatus,
  jsonSize,
} from '@orrery/domain';
import type { Context } from '../../kernel/context.js';
import type { Client, Position } from '../../kernel/envelope.js';
import { type Trial, tryCommand } from '../../kernel/try-command.js';
import type { EngineKernel } from '../engine-kernel.js';
import { rehearsalOf } from '../rehearsal.js';
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

/** A start that nothing is missing of any more: what is left is to decide it. */
export interface PreparedStart {
  readonly context: Context;
  readonly client: Client;
  readonly start: Start;
  /** It may have been started before: the same request came, or another one for the same id. */
  readonly isRepeatable: boolean;
}

/** Starts runs in two steps, so that many may be prepared first and then decided at once. */
export class RunStarts {
  constructor(
    private readonly kernel: EngineKernel,
    private readonly runs: RunReader,
  ) {}

  /**
   * Resolves the definition to the hash of its content, and checks the input. The client's id becomes the run's; whether
   * it may have been started before is for the caller to know.
   */
  async prepare(
    context: Context,
    request: WorkflowRequest,
    client: Client,
    isRepeatable: boolean,
  ): Promise<PreparedStart> {
    const { id: given, labels, priority, input } = request;
    if (given !== undefined && context.idempotencyKey !== undefined) {
      throw new Invalid('request.id-and-key', 'a start takes an id or an Idempotency-Key, not both: either names it');
    }
    if (jsonSize(input, LIMITS.payloadBytes) > LIMITS.payloadBytes) {
      const message = `the input is larger than ${LIMITS.payloadBytes} bytes (payloadBytes)`;
      throw new TooLarge('input.too-large', message, 'payloadBytes', LIMITS.payloadBytes);
    }
    const id = client.id as StreamId;
    const start = await this.startOf(context, request, id).catch((error: unknown) => {
      if (isRepeatable && error instanceof OrreryError) return this.startBefore(context, id, error);
      throw error;
    });
    return { context, client, start: { ...start, labels, priority }, isRepeatable };
  }

  /** Decides a start; those that are sent in one turn share a commit. */
  async send(prepared: PreparedStart): Promise<WorkflowAccepted> {
    const { context, start } = prepared;
    const { position, changed } = await this.kernel.handle.handle(this.envelopeOf(prepared));
    const run = await this.runAt(context.namespace, position, changed);
    const definition = run.definition ?? start.definition;
    return { id: start.id, status: run.status, definition, created: changed, position };
  }

  /** The same for starts that are only tried: they are to be prepared there too, for nothing of them is stored. */
  rehearsal(): RunStarts {
    return new RunStarts(rehearsalOf(this.kernel), this.runs);
  }

  /** The events that a start would bring; of one that came before there are none. */
  try(prepared: PreparedStart): Promise<Trial> {
    return tryCommand(this.kernel, this.envelopeOf(prepared));
  }

  private envelopeOf({ context: { namespace }, client, start, isRepeatable }: PreparedStart) {
    const command = new StartWorkflow(start);
    // Of a deleted run the first row may be gone, and with it the key that another would conflict with: it is read first.
    return { namespace, stream: start.id, type: this.kernel.workflows, command, client, begins: !isRepeatable };
  }

  /** What the run is to run, and on what. */
  private async startOf({ namespace }: Context, { definition, input }: WorkflowRequest, id: StreamId) {
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
}
