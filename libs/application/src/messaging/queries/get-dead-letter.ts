import {
  type DeadLetterEvent,
  type DeadLetterRecorded,
  type DeadLetterStatus,
  type LetterMessage,
  type Recorded,
  type StreamId,
  UPCASTERS,
  deadLetterDecider,
  fold,
} from '@orrery/domain';
import type { Context } from '../../kernel/context.js';
import type { Position } from '../../kernel/envelope.js';
import { type Handler, Query } from '../../kernel/messages.js';
import type { Authorize } from '../../kernel/ports/authorize.js';
import type { Commit, Log, StreamKey } from '../../kernel/ports/log.js';
import { eventsIn } from '../../kernel/recorded-commit.js';
import { noSuchLetter } from '../dead-letter-streams.js';
import type { DeadLetterSummary } from '../ports/dead-letter-list.js';

/** A dead letter with its message. */
export interface DeadLetterDetails extends Omit<DeadLetterSummary, 'type' | 'messageId'> {
  /** Only the beginning of the body was kept. */
  readonly truncated: boolean;
  /** How often it was sent again. */
  readonly redrives: number;
  readonly message: LetterMessage;
  readonly position: Position;
}

/** A dead letter, with all that was kept of its message. */
export class GetDeadLetter extends Query<DeadLetterDetails> {
  constructor(
    readonly context: Context,
    readonly letter: StreamId,
  ) {
    super();
  }
}

const COMMITS_PER_READ = 1_000;

export class GetDeadLetterHandler implements Handler<GetDeadLetter> {
  readonly handles = GetDeadLetter;

  constructor(
    private readonly log: Log,
    private readonly authorize: Authorize,
  ) {}

  async execute({ context: { namespace, actor }, letter }: GetDeadLetter): Promise<DeadLetterDetails> {
    this.authorize.check(actor, namespace, 'GetDeadLetter');
    const commits = await this.commitsOf({ namespace, stream: letter });
    const history = commits.flatMap((commit) => eventsIn<DeadLetterEvent>(commit, UPCASTERS));
    const first = history[0]?.event;
    if (first?.type !== 'DeadLetterRecorded') throw noSuchLetter();
    const { cursor, partition, lastVersion: version } = commits.at(-1)!;
    return { ...detailsOf(letter, first, history), position: { ...cursor, partition, stream: letter, version } };
  }

  private async commitsOf(key: StreamKey): Promise<readonly Commit[]> {
    const commits: Commit[] = [];
    for (;;) {
      const more = await this.log.readStream(key, commits.at(-1)?.lastVersion ?? 0, COMMITS_PER_READ);
      commits.push(...more);
      if (more.length < COMMITS_PER_READ) return commits;
    }
  }
}

function detailsOf(
  id: StreamId,
  { queue, message, bytes, truncated }: DeadLetterRecorded,
  history: readonly Recorded<DeadLetterEvent>[],
): Omit<DeadLetterDetails, 'position'> {
  const events = history.map(({ event }) => event);
  const { reason, detail } = events.flatMap((event) => ('reason' in event ? [event] : [])).at(-1)!;
  const last = history.at(-1)!;
  return {
    id,
    status: fold(deadLetterDecider, events).status as DeadLetterStatus,
    ...{ queue, reason, detail, bytes },
    truncated: truncated === true,
    redrives: events.filter(({ type }) => type === 'DeadLetterRedriven').length,
    version: last.version,
    recordedAt: history[0]!.at,
    changedAt: last.at,
    message,
  };
}
