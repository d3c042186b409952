import { type FeedPlace, isPast } from '../../kernel/feed.js';
import type { Clock } from '../../kernel/ports/clock.js';
import type { Log } from '../../kernel/ports/log.js';
import { LiveReader, type ReaderParts, type Rider } from './live-reader.js';
import { RecentPages } from './recent-pages.js';
import type { Turns } from './turns.js';

/** How long commits gather before the next page, while there are some: each page is a question to the database. */
const PACE_MS = 50;
/** How long the head waits for a hint before it looks for itself: where no Redis is, others commit without a word. */
const LOOK_EVERY_MS = 250;
const RETRY_AFTER_ERROR_MS = 500;
/** Those who are at most so many commits apart are brought up together. */
const NEAR = 10_000n;

/** What the readers of a log need. */
export interface LiveLogParts extends ReaderParts {
  readonly clock: Clock;
  /** Those who are brought up have their pages read by turns. */
  readonly turns: Turns;
  readonly onError: (error: unknown) => void;
}

/**
 * One log, told to everybody who listens: by one reader at its head to all who are there. Who comes from further back is
 * brought up by a reader that begins there, together with others from near by, and changes over to the head then.
 */
export class LiveLog {
  private readonly pages: RecentPages;
  private readonly aboard = new Map<Rider, LiveReader>();
  private listeners = 0;
  private opening: Promise<LiveReader> | undefined;
  private head: LiveReader | undefined;
  /** Those behind the head that have not read yet: more may come aboard from further back. */
  private readonly forming = new Set<LiveReader>();
  private readonly running = new Set<Promise<void>>();
  private hinted = false;
  private wake: (() => void) | undefined;
  private readonly pauses = new Set<() => void>();

  constructor(
    private readonly log: Log,
    private readonly parts: LiveLogParts,
  ) {
    this.pages = new RecentPages(log);
  }

  /** Somebody is going to listen. Resolves when the head is followed, which it is until everybody has left. */
  async enter(): Promise<void> {
    this.listeners++;
    try {
      await (this.opening ??= this.open());
    } catch (error) {
      this.exit();
      throw error;
    }
  }

  exit(): void {
    this.listeners--;
    if (this.listeners > 0) return;
    this.opening = undefined;
    this.head = undefined;
    this.pages.clear();
    this.wake?.();
    for (const end of [...this.pauses]) end();
  }

  /** Where who begins now begins: what commits from here on is told. */
  async now(): Promise<FeedPlace> {
    const head = this.head!;
    await head.atRest();
    return head.place;
  }

  /** Whether nothing can stand at this place yet. */
  async isYetToCome(place: FeedPlace): Promise<boolean> {
    if (!isPast(place, this.head!.place)) return false;
    return place.transactionId > (await this.log.horizon()).transactionId;
  }

  /** Tells somebody everything after where he is, from now on. */
  board(rider: Rider): void {
    const head = this.head!;
    if (isPast(head.place, rider.at)) this.bringUp(rider);
    else this.put(rider, head);
  }

  leave(rider: Rider): void {
    this.aboard.get(rider)?.leave(rider);
    this.aboard.delete(rider);
  }

  /** How far somebody was told, or was passed by what he does not want. */
  placeOf(rider: Rider): FeedPlace {
    return this.aboard.get(rider)?.placeOf(rider) ?? rider.at;
  }

  /** Something was committed: a hint. */
  poke(): void {
    this.hinted = true;
    this.wake?.();
  }

  /** Resolves when nothing is read any more: everybody has left. */
  async idle(): Promise<void> {
    await Promise.all(this.running);
  }

  private put(rider: Rider, reader: LiveReader): void {
    this.aboard.set(rider, reader);
    reader.board(rider);
  }

  private readerAt(place: FeedPlace): LiveReader {
    return new LiveReader(this.pages, place, this.parts, (rider) => this.bringUp(rider));
  }

  private open(): Promise<LiveReader> {
    const opening = this.log.horizon().then(({ transactionId }) => {
      const head = this.readerAt({ transactionId, position: 0n });
      if (this.opening === opening) {
        this.head = head;
        this.run(this.follow(head));
      }
      return head;
    });
    return opening;
  }

  private run(work: Promise<void>): void {
    this.running.add(work);
    void work.finally(() => this.running.delete(work));
  }

  private async follow(head: LiveReader): Promise<void> {
    while (this.head === head) {
      const wasHinted = this.hinted;
      this.hinted = false;
      const waitMs = await head.step().then(
        ({ moved, more }) => {
          if (more) return 0;
          // A hint may be of what is beyond the horizon still.
          return moved || wasHinted ? PACE_MS : LOOK_EVERY_MS;
        },
        (error: unknown) => this.failed(error),
      );
      if (waitMs > 0 && this.head === head) await this.sleep(waitMs);
    }
  }

  /** While it paces itself a hint does not hurry it; while it has nothing to do, it does. */
  private async sleep(ms: number): Promise<void> {
    if (ms === LOOK_EVERY_MS && this.hinted) ms = PACE_MS;
    await new Promise<void>((resolve) => {
      const done = () => {
        cancel();
        this.wake = undefined;
        resolve();
      };
      const cancel = this.parts.clock.after(ms, done);
      this.wake = () => (this.head === undefined || ms === LOOK_EVERY_MS ? done() : undefined);
    });
  }

  private bringUp(rider: Rider): void {
    let reader = [...this.forming].find(({ place }) => isNear(place, rider.at));
    if (reader) reader.backTo(rider.at);
    else {
      reader = this.readerAt(rider.at);
      this.forming.add(reader);
      this.run(this.catchUp(reader));
    }
    this.put(rider, reader);
  }

  /** After a restart many come at once, from about the same place: they are given a moment to come together. */
  private async catchUp(reader: LiveReader): Promise<void> {
    let waitMs = PACE_MS;
    let isBehind = true;
    while (isBehind) {
      if (waitMs > 0) await this.pause(waitMs);
      waitMs = 0;
      isBehind = await this.parts.turns
        .take(async () => {
          this.forming.delete(reader);
          return !reader.isEmpty && (await reader.step()).more && this.isBehind(reader);
        })
        .catch((error: unknown) => {
          waitMs = this.failed(error);
          return true;
        });
      isBehind &&= !reader.isEmpty;
    }
    for (const rider of reader.leaveAll()) this.board(rider);
  }

  /** Lasts no longer than anybody listens. */
  private async pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const end = () => {
        cancel();
        this.pauses.delete(end);
        resolve();
      };
      const cancel = this.parts.clock.after(ms, end);
      this.pauses.add(end);
    });
  }

  private isBehind({ place }: LiveReader): boolean {
    return this.head !== undefined && isPast(this.head.place, place);
  }

  private failed(error: unknown): number {
    this.parts.onError(error);
    return RETRY_AFTER_ERROR_MS;
  }
}

function isNear(one: FeedPlace, other: FeedPlace): boolean {
  const apart = one.position - other.position;
  return apart <= NEAR && -apart <= NEAR;
}
