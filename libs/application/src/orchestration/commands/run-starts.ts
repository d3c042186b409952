import {
  type DefinitionReference,
  Invalid,
  type Json,
  type JsonObject,
  LIMITS,
  type Namespace,
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
import { type EngineKernel, readingOnce } from '../engine-kernel.js';
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
    try {
      const { definition, input: checked } = await resolveStart(this.kernel, context.namespace, request);
      return { context, client, start: { id, definition, input: checked, labels, priority }, isRepeatable };
    } catch (error) {
      if (!isRepeatable || !(error instanceof OrreryError)) throw error;
      const before = await this.startBefore(context, id, error);
      return { context, client, start: { id, ...before, labels, priority }, isRepeatable };
    }
  }

  /** Decides a start; those that are sent in one turn share a commit. */
  async send(prepared: PreparedStart): Promise<WorkflowAccepted> {
    const { context, start } = prepared;
    const { position, changed } = await this.kernel.handle.handle(this.envelopeOf(prepared));
    const { id } = start;
    const status = changed ? this.statusAt(context.namespace, position) : undefined;
    if (status) return { id, status, definition: start.definition, created: true, position };
    // The name may lead to another version by now than to the one that the run runs.
    const { state, started } = await this.runs.page({ namespace: context.namespace, stream: id });
    return { id, status: state.status!, definition: started.definition, created: changed, position };
  }

  /** The same for starts that came together: what they have in common is read once. */
  together(): RunStarts {
    return new RunStarts(readingOnce(this.kernel), this.runs);
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
    const { workflows: type } = this.kernel;
    return { namespace, stream: start.id, type, command, client, begins: true, isNew: !isRepeatable };
  }

  /**
   * A start that would be refused today may have been taken before, when its definition was another: then it is the
   * same start, and gets the same answer. If there is no such run, the refusal stands.
   */
  private async startBefore({ namespace }: Context, id: StreamId, refusal: OrreryError) {
    const page = await this.runs.page({ namespace, stream: id }).catch((error: unknown) => {
      throw error instanceof NotFound ? refusal : error;
    });
    return { definition: page.started.definition, input: page.started.input };
  }

  /** Where a new run stands, if memory tells: some end as they start. One that has gone on since was running then. */
  private statusAt(namespace: Namespace, { stream, version }: Position): WorkflowStatus | undefined {
    const known = this.kernel.aggregates.peek({ namespace, stream: stream as StreamId });
    if (!known) return undefined;
    return known.version === version ? (known.state as WorkflowState).status! : 'running';
  }
}
