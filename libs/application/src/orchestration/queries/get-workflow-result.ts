import { type Failure, type Json, type StreamId, type WorkflowStatus, isOver } from '@orrery/domain';
import type { Context } from '../../kernel/context.js';
import { type Handler, Query } from '../../kernel/messages.js';
import type { Authorize } from '../../kernel/ports/authorize.js';
import type { Clock } from '../../kernel/ports/clock.js';
import { type Known, NEWEST, type StreamKey } from '../../kernel/ports/log.js';
import type { Changes } from '../changes.js';
import type { RunPage } from '../views/run-page.js';
import type { RunReader } from '../views/run-reader.js';
import { LOOK_EVERY_MS, Wait } from './wait.js';

/** How a run ended; while it has not, its status alone. */
export interface WorkflowResult {
  readonly id: StreamId;
  readonly status: WorkflowStatus;
  readonly ended: boolean;
  readonly output: Json;
  readonly error: Failure | null;
  readonly version: number;
}

/** Waits for the end of a run, at most so many milliseconds. */
export class GetWorkflowResult extends Query<WorkflowResult> {
  constructor(
    readonly context: Context,
    readonly workflow: StreamId,
    readonly waitMs = 0,
    /** Calls back when nobody waits any more: the question is then answered at once. */
    readonly abandoned?: (callback: () => void) => void,
    /** Whoever waits is told the newest, whatever is known. */
    readonly known: Known = NEWEST,
  ) {
    super();
  }
}

export class GetWorkflowResultHandler implements Handler<GetWorkflowResult> {
  readonly handles = GetWorkflowResult;

  constructor(
    private readonly runs: RunReader,
    private readonly changes: Changes,
    private readonly clock: Clock,
    private readonly authorize: Authorize,
  ) {}

  async execute({ context, workflow, waitMs, abandoned, known: said }: GetWorkflowResult): Promise<WorkflowResult> {
    this.authorize.check(context.actor, context.namespace, 'GetWorkflowResult');
    const key = { namespace: context.namespace, stream: workflow };
    const known = waitMs > 0 ? NEWEST : said;
    const wait = new Wait(this.clock, waitMs, abandoned);
    for (;;) {
      // Listening begins before reading, so that no end falls between the two.
      const { leftMs } = wait;
      const change = leftMs > 0 ? this.changes.end(key, Math.min(leftMs, LOOK_EVERY_MS)) : undefined;
      const page = await this.runs.page(key, known);
      if (isOver(page.state) || !change) return resultOf(key, page);
      await wait.for(change);
    }
  }
}

function resultOf({ stream }: StreamKey, page: RunPage): WorkflowResult {
  const { state, output, error, version } = page;
  return { id: stream, status: state.status!, ended: isOver(state), output, error, version };
}
