import {
  type DomainEvent,
  type Json,
  type JsonObject,
  type Namespace,
  type Parent,
  type Plan,
  type Recorded,
  type StreamId,
  type TaskEvent,
  type WorkflowEvent,
  taskAt,
  taskId,
} from '@orrery/domain';
import type { Position } from '../../kernel/envelope.js';
import type { FollowedCommit } from '../../kernel/follow.js';
import type { RecordedCommand } from '../../kernel/recorded-commit.js';
import { childIdOf } from '../child-ids.js';
import { iso, shownParent } from './workflow-details.js';

/** One event of a run, as a client sees it. Its time is RFC 3339. */
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

/** The run that an event is of, as far as it takes to show it. */
export interface EventRun {
  readonly namespace: Namespace;
  readonly id: StreamId;
  readonly plan: Plan;
}

type Place = Pick<FollowedCommit, 'stream' | 'cursor' | 'partition'>;

/** The events of one command to a run, as a client sees them. */
export function eventDetails(
  command: RecordedCommand<WorkflowEvent>,
  place: Place,
  run: EventRun,
): readonly EventDetails[] {
  const shared = { ...sharedOf(command, place), causationId: causeOf(command, run) };
  return command.events.map((recorded) => detailsOf(recorded, dataOf(recorded.event, run), shared, place));
}

/** The same of events that speak of no task. */
export function plainDetails(command: RecordedCommand<DomainEvent>, place: Place): readonly EventDetails[] {
  const shared = sharedOf(command, place);
  return command.events.map((recorded) => {
    const { type: _, v: _v, ...data } = recorded.event;
    return detailsOf(recorded, data as JsonObject, shared, place);
  });
}

/** Who hears of a dead letter is told that it is there; what stands in it may be large, and is for who asks for it. */
export function withoutMessage({ message: _, ...data }: JsonObject): JsonObject {
  return data;
}

/** What all events of a command have from it. */
type Shared = Pick<EventDetails, 'at' | 'actor' | 'causationId' | 'correlationId'>;

function sharedOf({ entry }: RecordedCommand<DomainEvent>, { stream }: Place): Shared {
  return {
    at: iso(entry.at)!,
    actor: entry.actor ?? 'engine',
    causationId: entry.causation ?? entry.id ?? null,
    correlationId: entry.correlation ?? stream,
  };
}

/** Field by field: one is made of every event, and a copy of what it shares with others would take longer. */
function detailsOf({ version, event }: Recorded, data: JsonObject, shared: Shared, place: Place): EventDetails {
  const { cursor, partition, stream } = place;
  const { at, actor, causationId, correlationId } = shared;
  const position = { transactionId: cursor.transactionId, position: cursor.position, partition, stream, version };
  return { version, position, type: event.type, at, actor, causationId, correlationId, data };
}

/** A client's command is known by its id; an engine's own by the attempt that it speaks of, as its events say. */
function causeOf({ entry, events }: RecordedCommand<WorkflowEvent>, run: EventRun): string | null {
  if (entry.causation ?? entry.id) return entry.causation ?? entry.id!;
  const { event } = events[0]!;
  return 'attempt' in event ? `${taskId(run.id, event.task)}.${event.attempt}` : null;
}

interface EventFields {
  readonly [name: string]: Json | undefined;
}

/** The fields of events that are times: milliseconds in the log, RFC 3339 for a client. */
const TIMES: ReadonlySet<string> = new Set(['startedAt', 'due', 'until', 'retryAt', 'pausedAt', 'resumedAt']);

/** Fields that name tasks and runs as the log does, and how clients know them. */
const NAMED: { readonly [name: string]: ((event: never, run: EventRun) => EventFields) | undefined } = {
  type: () => ({}),
  v: () => ({}),
  task: ({ task }: TaskEvent, run) => {
    const { key, compensates } = taskAt(run.plan, task)!;
    const ids = { taskId: taskId(run.id, task), key };
    return compensates === null ? ids : { ...ids, compensation: true };
  },
  notUndone: ({ notUndone }: { notUndone: readonly number[] }, { plan }) => ({
    notUndone: notUndone.map((ordinal) => taskAt(plan, ordinal)!.key),
  }),
  child: ({ task, attempt }: TaskEvent, { namespace, id }) => ({
    childId: childIdOf(namespace, id, task, attempt),
  }),
  parent: ({ parent }: { parent: Parent }) => ({ parent: { ...shownParent(parent) } }),
};

/** An event's own fields, in its order; tasks and runs by the ids that clients know, times in words. */
function dataOf(event: WorkflowEvent, run: EventRun): JsonObject {
  const shown: Record<string, Json | undefined> = {};
  for (const [name, value] of Object.entries(event as unknown as EventFields)) {
    const named = NAMED[name];
    if (named) Object.assign(shown, named(event as never, run));
    else shown[name] = TIMES.has(name) ? iso(value as number) : value;
  }
  return shown as JsonObject;
}
