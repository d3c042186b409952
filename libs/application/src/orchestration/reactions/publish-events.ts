import {
  type DeadLetterEvent,
  type DefinitionEvent,
  type Plan,
  type Recorded,
  UPCASTERS,
  type WorkflowEvent,
} from '@orrery/domain';
import { LRUCache } from 'lru-cache';
import type { FollowedCommit, Follower, Move } from '../../kernel/follow.js';
import type { Checkpoints } from '../../kernel/ports/checkpoints.js';
import { type Log, keyOf } from '../../kernel/ports/log.js';
import { PositionTokens } from '../../kernel/position-token.js';
import type { RecordedCommand } from '../../kernel/recorded-commit.js';
import type { Plans } from '../plans.js';
import {
  type EventExchange,
  type EventName,
  type OutgoingEvent,
  type RedrivenMessage,
  eventName,
} from '../ports/event-exchange.js';
import { eventsOf } from '../recorded-events.js';
import { kindOf } from '../stream-kinds.js';
import { type EventDetails, eventDetails, plainDetails, withoutMessage } from '../views/event-details.js';
import { type News, askFirst, heardOf } from './news.js';

type AnyEvent = WorkflowEvent | DefinitionEvent | DeadLetterEvent;

/** How many runs' definitions are remembered, so that their streams need not be asked. */
const RUNS_REMEMBERED = 100_000;
/** After so many commits it lets others have their turn: a batch of two thousand takes a tenth of a second. */
const COMMITS_PER_TURN = 20;
const NONE: ReadonlySet<EventName> = new Set();

/**
 * Tells every event to the exchange, each stream in its order, and sends again what was redriven: the checkpoint moves when
 * all of a batch are taken. The beginnings of a few streams go first, and what nobody hears of them is not told of the
 * rest: all of the batch was committed before, so that whoever comes later cannot count on it.
 */
export class PublishEvents implements Follower {
  readonly name = 'exchange';
  readonly upcasters = UPCASTERS;
  private readonly hashes = new LRUCache<string, string>({ max: RUNS_REMEMBERED });
  private tokens: PositionTokens | undefined;

  constructor(
    private readonly exchange: EventExchange,
    private readonly checkpoints: Checkpoints,
    private readonly log: Log,
    private readonly plans: Plans,
    /** Resolves when others have had their turn. */
    private readonly turn: () => Promise<void>,
  ) {}

  async handle(commits: readonly FollowedCommit[], moves: readonly Move[]): Promise<boolean> {
    this.tokens ??= await PositionTokens.of(this.log);
    const { first, others } = askFirst(await this.newsOf(commits));
    const redriven = await this.redrivenIn(commits);
    const questions = await this.eventsOf(first, this.tokens);
    const unheard = questions.length > 0 ? await this.exchange.ask(questions) : NONE;
    const events = await this.eventsOf(heardOf(others, unheard), this.tokens);
    if (events.length > 0) await this.exchange.publish(events);
    if (redriven.length > 0) await this.exchange.redrive(redriven);
    return this.checkpoints.move(this.name, moves);
  }

  private async newsOf(commits: readonly FollowedCommit[]): Promise<readonly News[]> {
    const news: News[] = [];
    let read = 0;
    for (const commit of commits) {
      if (++read % COMMITS_PER_TURN === 0) await this.turn();
      const { namespace } = commit;
      const aggregate = kindOf(commit);
      this.rememberHash(commit);
      const names = commit.recorded().map(({ event: { type } }) => eventName({ namespace, aggregate, type }));
      const wanted = new Set(names.filter((name) => this.exchange.wants(name)));
      if (wanted.size > 0) news.push({ commit, aggregate, names: wanted });
    }
    return news;
  }

  private async eventsOf(news: readonly News[], tokens: PositionTokens): Promise<readonly OutgoingEvent[]> {
    const events: OutgoingEvent[] = [];
    let made = 0;
    for (const each of news) {
      if (++made % COMMITS_PER_TURN === 0) await this.turn();
      events.push(...(await this.eventsIn(each, tokens)));
    }
    return events;
  }

  private async eventsIn(
    { commit, aggregate, names }: News,
    tokens: PositionTokens,
  ): Promise<readonly OutgoingEvent[]> {
    const { namespace, stream, partition } = commit;
    const isTold = ({ event: { type } }: Recorded) => names.has(eventName({ namespace, aggregate, type }));
    const commands = commit.commands().filter(({ events }) => events.some(isTold));
    const plan = aggregate === 'workflow' ? await this.planOf(commit) : undefined;
    return commands.flatMap((command) => {
      const details = detailsOf(command as RecordedCommand<AnyEvent>, commit, plan);
      const { traceparent } = command.entry;
      // Written out: one is made for every event.
      const told = details.map(
        ({ version, position, type, at, actor, causationId, correlationId, data }, index): OutgoingEvent => ({
          namespace,
          aggregate,
          stream,
          partition,
          version,
          position: tokens.write(position),
          type,
          schema: command.events[index]!.event.v,
          at,
          actor,
          causationId,
          correlationId,
          data: aggregate === 'dead-letter' ? withoutMessage(data) : data,
          traceparent,
        }),
      );
      return told.filter((event) => names.has(eventName(event)));
    });
  }

  private async redrivenIn(commits: readonly FollowedCommit[]): Promise<readonly RedrivenMessage[]> {
    const redriven: RedrivenMessage[] = [];
    for (const commit of commits) {
      if (kindOf(commit) === 'dead-letter') redriven.push(...(await this.redrivenBy(commit)));
    }
    return redriven;
  }

  /**
   * The message of a dead letter that is to be sent again. Where something came after that, it was sent already, or given
   * up: the log may be told anew, years later.
   */
  private async redrivenBy(commit: FollowedCommit): Promise<readonly RedrivenMessage[]> {
    const { namespace, stream, lastVersion } = commit;
    if (commit.recorded().at(-1)!.event.type !== 'DeadLetterRedriven') return [];
    const [later] = await this.log.readStream({ namespace, stream }, lastVersion, 1);
    if (later) return [];
    const [first] = await this.log.readStream({ namespace, stream }, 0, 1);
    const { event } = eventsOf<DeadLetterEvent>(first!)[0]!;
    if (event.type !== 'DeadLetterRecorded') throw new Error(`a dead letter begins with its message: ${keyOf(commit)}`);
    return [{ letter: stream, message: event.message }];
  }

  /** What the run runs: its first event says so. Nothing is left to say it of a run that was deleted long ago. */
  private async planOf(commit: FollowedCommit): Promise<Plan | undefined> {
    const name = keyOf(commit);
    const hash = this.hashes.get(name) ?? (await this.readHash(commit));
    if (hash === undefined) return undefined;
    this.hashes.set(name, hash);
    return this.plans.get(commit.namespace, hash);
  }

  /** Also where the run's first event is not told: what comes after may be. */
  private rememberHash(commit: FollowedCommit): void {
    const hash = startedHash(commit.recorded()[0]!.event as WorkflowEvent);
    if (hash !== undefined) this.hashes.set(keyOf(commit), hash);
  }

  private async readHash({ namespace, stream }: FollowedCommit): Promise<string | undefined> {
    const [first] = await this.log.readStream({ namespace, stream }, 0, 1);
    return first && startedHash(eventsOf<WorkflowEvent>(first)[0]!.event);
  }
}

function startedHash(event: WorkflowEvent): string | undefined {
  return event.type === 'WorkflowStarted' ? event.definition.hash : undefined;
}

function detailsOf(
  command: RecordedCommand<AnyEvent>,
  commit: FollowedCommit,
  plan: Plan | undefined,
): readonly EventDetails[] {
  if (!plan) return plainDetails(command, commit);
  const { namespace, stream: id } = commit;
  return eventDetails(command as RecordedCommand<WorkflowEvent>, commit, { namespace, id, plan });
}
