import { type StreamId, type WorkflowEvent, isOver } from '@orrery/domain';
import type { Context } from '../../kernel/context.js';
import { type Handler, Query } from '../../kernel/messages.js';
import type { Authorize } from '../../kernel/ports/authorize.js';
import type { Clock } from '../../kernel/ports/clock.js';
import { type Known, NEWEST } from '../../kernel/ports/log.js';
import type { Changes } from '../changes.js';
import { type EventDetails, eventDetails } from '../views/event-details.js';
import type { RunReader } from '../views/run-reader.js';
import { commandsOf } from '../recorded-events.js';
import { LOOK_EVERY_MS, Wait } from './wait.js';

/** A run's events after a version, oldest first; waits for the next one if there is none yet. */
export class GetWorkflowEvents extends Query<readonly EventDetails[]> {
  constructor(
    readonly context: Context,
    readonly workflow: StreamId,
    readonly after: number,
    readonly limit: number,
    readonly waitMs = 0,
    /** Calls back when nobody waits any more: the question is then answered at once. */
    readonly abandoned?: (callback: () => void) => void,
    /** Whoever waits is told the newest, whatever is known. */
    readonly known: Known = NEWEST,
  ) {
    super();
  }
}

export class GetWorkflowEventsHandler implements Handler<GetWorkflowEvents> {
  readonly handles = GetWorkflowEvents;

  constructor(
    private readonly runs: RunReader,
    private readonly changes: Changes,
    private readonly clock: Clock,
    private readonly authorize: Authorize,
  ) {}

  async execute(query: GetWorkflowEvents): Promise<readonly EventDetails[]> {
    const { context, workflow, after, limit, waitMs, abandoned } = query;
    this.authorize.check(context.actor, context.namespace, 'GetWorkflowEvents');
    const key = { namespace: context.namespace, stream: workflow };
    const known = waitMs > 0 ? NEWEST : query.known;
    const wait = new Wait(this.clock, waitMs, abandoned);
    for (;;) {
      const { leftMs } = wait;
      const change = leftMs > 0 ? this.changes.next(key, Math.min(leftMs, LOOK_EVERY_MS)) : undefined;
      // The page says which run it is, and that there is one; it is kept, so that reading it again costs little.
      const page = await this.runs.page(key, known);
      const { version } = page;
      const commits = version > after ? await this.runs.commits(key, after, limit, { ...known, version }) : [];
      if (commits.length > 0 || !change || isOver(page.state)) {
        const run = { namespace: context.namespace, id: workflow, plan: page.plan };
        const events = commits.flatMap((commit) =>
          commandsOf<WorkflowEvent>(commit).flatMap((command) => eventDetails(command, commit, run)),
        );
        return events.filter(({ version }) => version > after).slice(0, limit);
      }
      await wait.for(change);
    }
  }
}
