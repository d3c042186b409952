import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import {
  type Json,
  type JsonObject,
  type Parent,
  type StreamId,
  type TaskEvent,
  type WorkflowEvent,
  isOver,
  taskAt,
  taskId,
} from '@orrery/domain';
import type { Context } from '../../kernel/context.js';
import type { Position } from '../../kernel/envelope.js';
import type { Authorize } from '../../kernel/ports/authorize.js';
import type { Clock } from '../../kernel/ports/clock.js';
import type { Commit } from '../../kernel/ports/log.js';
import { type RecordedCommand, commandsOf } from '../../kernel/recorded-commit.js';
import type { Changes } from '../changes.js';
import type { RunPage } from '../views/run-page.js';
import type { RunReader } from '../views/run-reader.js';
import { childIdOf } from '../child-ids.js';
import { iso, shownParent } from '../views/workflow-details.js';
import { LOOK_EVERY_MS, Wait } from './wait.js';

/** One event of a run, as a client sees it. */
export interface EventDetails {
  readonly version: number;
  readonly position: Position;
  readonly type: string;
  readonly at: string;
  readonly actor: string;
  /** What brought it: the id of a client's command, or the attempt of a task. */
  readonly causationId: string | null;
  readonly correlationId: string;
  readonly data: JsonObject;
}

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
  ) {
    super();
  }
}

@QueryHandler(GetWorkflowEvents)
export class GetWorkflowEventsHandler implements IQueryHandler<GetWorkflowEvents> {
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
    const wait = new Wait(this.clock, waitMs, abandoned);
    for (;;) {
      const { leftMs } = wait;
      const change = leftMs > 0 ? this.changes.next(key, Math.min(leftMs, LOOK_EVERY_MS)) : undefined;
      // The page says which run it is, and that there is one; it is kept, so that reading it again costs little.
      const page = await this.runs.page(key);
      const commits = page.version > after ? await this.runs.commits(key, after, limit) : [];
      if (commits.length > 0 || !change || isOver(page.state)) {
        const events = commits.flatMap((commit) => detailsOf(commit, page));
        return events.filter(({ version }) => version > after).slice(0, limit);
      }
      await wait.for(change);
    }
  }
}

function detailsOf(commit: Commit, page: RunPage): readonly EventDetails[] {
  const { stream, cursor, partition } = commit;
  return commandsOf<WorkflowEvent>(commit).flatMap((commanded) =>
    commanded.events.map(({ version, at, event }) => ({
      version,
      position: { ...cursor, partition, stream, version },
      type: event.type,
      at: iso(at)!,
      actor: commanded.entry.actor ?? 'engine',
      causationId: causeOf(commanded, page),
      correlationId: commanded.entry.correlation ?? stream,
      data: dataOf(event, page),
    })),
  );
}

/** A client's command is known by its id; an engine's own by the attempt that it speaks of, as its events say. */
function causeOf({ entry, events }: RecordedCommand<WorkflowEvent>, page: RunPage): string | null {
  if (entry.causation ?? entry.id) return entry.causation ?? entry.id!;
  const { event } = events[0]!;
  return 'attempt' in event ? `${taskId(page.started.id as StreamId, event.task)}.${event.attempt}` : null;
}

interface EventFields {
  readonly [name: string]: Json | undefined;
}

/** The fields of events that are times: milliseconds in the log, RFC 3339 for a client. */
const TIMES: ReadonlySet<string> = new Set(['startedAt', 'due', 'until', 'retryAt', 'pausedAt', 'resumedAt']);

/** Fields that name tasks and runs as the log does, and how clients know them. */
const NAMED: { readonly [name: string]: ((event: never, page: RunPage) => EventFields) | undefined } = {
  type: () => ({}),
  v: () => ({}),
  task: ({ task }: TaskEvent, page) => {
    const { key, compensates } = taskAt(page.plan, task)!;
    const ids = { taskId: taskId(page.started.id as StreamId, task), key };
    return compensates === null ? ids : { ...ids, compensation: true };
  },
  notUndone: ({ notUndone }: { notUndone: readonly number[] }, { plan }) => ({
    notUndone: notUndone.map((ordinal) => taskAt(plan, ordinal)!.key),
  }),
  child: ({ task, attempt }: TaskEvent, { namespace, started }) => ({
    childId: childIdOf(namespace, started.id, task, attempt),
  }),
  parent: ({ parent }: { parent: Parent }) => ({ parent: { ...shownParent(parent) } }),
};

/** An event's own fields, in its order; tasks and runs by the ids that clients know, times in words. */
function dataOf(event: WorkflowEvent, page: RunPage): JsonObject {
  const shown = Object.entries(event as unknown as EventFields).map(([name, value]) => {
    const named = NAMED[name];
    if (named) return named(event as never, page);
    return { [name]: TIMES.has(name) ? iso(value as number) : value };
  });
  return Object.assign({}, ...shown) as JsonObject;
}
