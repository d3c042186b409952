import type { DomainEvent, Recorded } from '@orrery/domain';
import type { Clock } from '../../kernel/ports/clock.js';
import {
  type Commit,
  type Known,
  type KnownPlace,
  type StreamKey,
  StreamReader,
  commitsByStream,
  keyOf,
} from '../../kernel/ports/log.js';
import type { KeptStream, StreamCache } from '../ports/stream-cache.js';
import { eventsOf } from '../recorded-events.js';
import { endingOf } from '../run-endings.js';
import { SeenStreams } from './seen-streams.js';

/** What a tier made of a question. `away`: it could not be asked. */
export type CacheOutcome = 'hit' | 'miss' | 'away';
export type OnCacheRead = (tier: 'memory' | 'redis', outcome: CacheOutcome) => void;

/** A page of a stream that somebody asks for, with all that is known here of how far it has come. */
interface Question {
  readonly key: StreamKey;
  readonly after: number;
  readonly limit: number;
  readonly known: Known;
  readonly startedAt: number;
}

/** What is kept of a stream after the version that somebody asks for, and from where it has to be read on. */
interface Beginning {
  readonly base: readonly Commit[];
  readonly from: number;
}

/** What is not kept of a stream, and has to be read. */
interface Gap extends Question, Beginning {
  /** What is kept besides; nothing where nothing is to be. */
  readonly kept: KeptStream | undefined;
}

/** What was read to the end of a stream. */
interface Ending {
  readonly from: number;
  readonly tail: readonly Commit[];
  /** Its last commit, if it is at hand. */
  readonly last: Commit | undefined;
}

// With the second that a replica behind may lack, no answer is older than ten seconds. See decisions/0017.
/** How long this process takes a run to be as it has just seen it, in milliseconds. */
const SEEN_MS = 1_000;
/** How long every process does so: of a run under way, and of one that has ended, to which little happens. */
const UNDER_WAY_MS = 1_000;
const ENDED_MS = 8_000;

/** What happens to a run that has ended: it is no longer what everybody keeps. */
const UNEXPECTED: ReadonlySet<string> = new Set(['WorkflowDeleted', 'WorkflowRetried']);
const AWAY: KeptStream = { version: 0, isFresh: false, freshMs: 0, lookedAt: 0 };

/**
 * Streams as they are kept nearby: what this process has just seen, then what is in the cache, then where they are read.
 * A kept answer is given only to who knows nothing of the run, or its version alone; who knows of other transactions, or
 * wants the newest, is not answered from here.
 */
export class CachedStreams extends StreamReader {
  private readonly seen = new SeenStreams();

  constructor(
    private readonly source: Pick<StreamReader, 'readStream' | 'readStreams'>,
    private readonly cache: StreamCache,
    private readonly clock: Clock,
    private readonly onRead: OnCacheRead = () => undefined,
  ) {
    super();
  }

  override async readStream(key: StreamKey, after: number, limit: number, known: Known): Promise<readonly Commit[]> {
    const found = await this.find({ key, after, limit, known, startedAt: this.clock.now() });
    if (!isGap(found)) return found;
    const rest = limit - found.base.length;
    return this.fill(found, await this.source.readStream(key, found.from, rest, found.known), rest);
  }

  override async readStreams(after: readonly KnownPlace[], limit: number): Promise<readonly Commit[]> {
    const startedAt = this.clock.now();
    const questions = after.map(({ known, version, ...key }) => ({ key, after: version, limit, known, startedAt }));
    const found = await Promise.all(questions.map((each) => this.find(each)));
    const places = found.filter(isGap).map(({ key, from: version, known }) => ({ ...key, version, known }));
    const read = commitsByStream(places.length === 0 ? [] : await this.source.readStreams(places, limit));
    const fill = async (each: readonly Commit[] | Gap) =>
      isGap(each) ? this.fill(each, read.get(keyOf(each.key)) ?? [], limit) : each;
    return (await Promise.all(found.map(fill))).flat();
  }

  /** This process has committed: what it reads from now on has come as far. */
  committed(key: StreamKey, version: number, events: readonly Recorded[]): void {
    this.seen.note(key, version, -Infinity);
    if (events.some(({ event }) => UNEXPECTED.has(event.type))) this.cache.mark(key, version);
  }

  /** What is kept near enough, or what has to be read of it. */
  private async find(question: Question): Promise<readonly Commit[] | Gap> {
    const { key, after, known, startedAt } = question;
    const isKeepable = known.version !== Infinity && known.transactionId === 0n;
    if (!isKeepable) return { ...question, base: [], from: after, kept: undefined };
    const version = Math.max(known.version, this.seen.versionOf(key));
    const isSeen = version <= after && this.seen.isFresh(key, startedAt, SEEN_MS);
    this.onRead('memory', isSeen ? 'hit' : 'miss');
    return isSeen ? [] : this.ask({ ...question, known: { ...known, version } });
  }

  private async ask(question: Question): Promise<readonly Commit[] | Gap> {
    const { key, after, limit, known, startedAt } = question;
    const looked = await this.cache.look(key, after);
    const kept = looked ?? AWAY;
    const answer = answerOf(kept, after, known.version);
    const outcome = answer ? 'hit' : 'miss';
    this.onRead('redis', looked ? outcome : 'away');
    if (!answer) {
      const version = Math.max(known.version, kept.version);
      return { ...question, known: { ...known, version }, ...beginningOf(question, kept), kept };
    }
    this.seen.note(key, Math.max(after, kept.version), startedAt);
    return answer.slice(0, limit);
  }

  /** What was read, with what is kept before it; it is kept, too. `limit`: as much as that was read at most. */
  private async fill(gap: Gap, tail: readonly Commit[], limit: number): Promise<readonly Commit[]> {
    const { key, after, base, from, kept, startedAt } = gap;
    const last = tail.at(-1);
    if (!kept) {
      if (last) this.seen.note(key, last.lastVersion, -Infinity);
      return tail;
    }
    const commits = [...base, ...tail];
    if (tail.length < limit && follows(tail, from)) {
      this.seen.note(key, last?.lastVersion ?? from, startedAt);
      this.keep(key, kept, { from, tail, last: commits.at(-1) });
      return later(commits, after).slice(0, gap.limit);
    }
    // What was read from before it, and not to the end, may hold less than was asked for.
    return from === after ? tail : this.source.readStream(key, after, gap.limit, gap.known);
  }

  private keep(key: StreamKey, { version, freshMs, lookedAt }: KeptStream, { from, tail, last }: Ending): void {
    const to = tail.at(-1)?.lastVersion ?? from;
    const canExtend = to > 0 && (from === 0 || from === version);
    if (!canExtend) return;
    const event = last && lastEventOf(last);
    if (event?.type === 'WorkflowDeleted') return this.cache.mark(key, to);
    this.cache.extend(key, { from, to, commits: tail, lookedAt, freshMs: freshMsAfter(event) ?? freshMs });
  }
}

function isGap(found: readonly Commit[] | Gap): found is Gap {
  return 'base' in found;
}

/** What is kept answers who has come to `after` and knows that there is something up to `floor`; or it does not. */
function answerOf(kept: KeptStream, after: number, floor: number): readonly Commit[] | undefined {
  if (!kept.isFresh || floor > Math.max(after, kept.version)) return undefined;
  if (kept.version <= after) return [];
  return kept.commits && later(kept.commits, after);
}

/** What of it is kept, and from where it has to be read. What is kept no more of a short run is read again, to be kept. */
function beginningOf({ after, limit }: Question, kept: KeptStream): Beginning {
  const base = later(kept.commits, after);
  if (base.length > 0 && base.length < limit) return { base, from: kept.version };
  const isLost = kept !== AWAY && base.length === 0 && kept.version !== after;
  return { base: [], from: isLost && 2 * after <= limit ? 0 : after };
}

/** Of a deleted run everything but its end is forgotten some day: nothing is to be shown then of what is kept. */
function follows([first]: readonly Commit[], version: number): boolean {
  return first === undefined || first.firstVersion <= version + 1;
}

function later(commits: readonly Commit[] = [], after: number): readonly Commit[] {
  return commits.filter(({ lastVersion }) => lastVersion > after);
}

function lastEventOf(commit: Commit): DomainEvent | undefined {
  return eventsOf<DomainEvent>(commit).at(-1)?.event;
}

/** How long a run is taken to be as its last event left it. Nothing, where that is not at hand: nothing has come since. */
function freshMsAfter(event: DomainEvent | undefined): number | undefined {
  return event && (endingOf(event) ? ENDED_MS : UNDER_WAY_MS);
}
