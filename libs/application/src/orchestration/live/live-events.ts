import { type DefinitionEvent, type DomainEvent, type Labels, type Plan, type WorkflowEvent } from '@orrery/domain';
import type { FeedPlace } from '../../kernel/feed.js';
import type { FollowedCommit } from '../../kernel/follow.js';
import type { PositionTokens } from '../../kernel/position-token.js';
import type { RecordedCommand } from '../../kernel/recorded-commit.js';
import { kindOf } from '../stream-kinds.js';
import { type EventDetails, eventDetails, plainDetails, withoutMessage } from '../views/event-details.js';
import type { RunOrigin } from './known-runs.js';
import type { LiveSubject } from './live-filter.js';

/** One event of the feed: that of a run as its own list of events shows it, and what it is about. */
export interface LiveEventDetails extends Omit<EventDetails, 'position'> {
  /** The run that it is of, or else null. */
  readonly workflowId: string | null;
  /** The name of the definition that the run runs, or that was registered. */
  readonly definition: string | null;
  /** The dead letter that it is of, or else null. */
  readonly deadLetterId: string | null;
  readonly position: string;
}

/** An event on its way to its subscribers. It is written as JSON once, whoever gets it. */
export class LiveEvent {
  private written: string | undefined;

  constructor(
    readonly details: LiveEventDetails,
    /** How far its log has been told with it. */
    readonly place: FeedPlace,
  ) {}

  /** The event as JSON. */
  get json(): string {
    return (this.written ??= JSON.stringify(this.details));
  }
}

/** A commit, with what it takes to show its events. */
interface ShownCommit {
  readonly commit: FollowedCommit;
  readonly subject: LiveSubject;
  /** Missing for what is no run's, and for a run of which only its deletion is left. */
  readonly plan?: Plan;
}

const NO_LABELS: Labels = Object.freeze({});

/** What a commit is about. A run's is told by its origin, where there is any left. */
export function subjectOf(commit: FollowedCommit, isOfRun: boolean, origin: RunOrigin | undefined): LiveSubject {
  const { namespace, stream } = commit;
  const { definition = null, labels = NO_LABELS } = origin ?? {};
  if (isOfRun) return { namespace, workflow: stream, definition, labels };
  const name = kindOf(commit) === 'definition' ? (commit.recorded()[0]!.event as DefinitionEvent).name : null;
  return { namespace, workflow: null, definition: name, labels };
}

/** The events of a commit, in its order. */
export function liveEvents({ commit, subject, plan }: ShownCommit, tokens: PositionTokens): readonly LiveEvent[] {
  const { workflow: workflowId, definition } = subject;
  const isLetter = workflowId === null && definition === null;
  const deadLetterId = isLetter ? commit.stream : null;
  return commit.commands().flatMap((command) =>
    detailsOf(command, commit, plan).map((details) => {
      const { version, type, at, actor, causationId, correlationId } = details;
      const data = isLetter ? withoutMessage(details.data) : details.data;
      const position = tokens.write(details.position);
      const shown = { workflowId, definition, deadLetterId, version, type, at, actor, causationId, correlationId };
      return new LiveEvent({ ...shown, position, data }, placeOf(commit, version));
    }),
  );
}

function detailsOf(command: RecordedCommand<DomainEvent>, commit: FollowedCommit, plan: Plan | undefined) {
  if (!plan) return plainDetails(command, commit);
  const { namespace, stream: id } = commit;
  return eventDetails(command as RecordedCommand<WorkflowEvent>, commit, { namespace, id, plan });
}

function placeOf({ cursor, lastVersion }: FollowedCommit, version: number): FeedPlace {
  return version === lastVersion ? cursor : { ...cursor, version };
}
