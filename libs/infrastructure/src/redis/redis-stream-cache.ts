import { type KeptStream, StreamCache, type StreamExtension, type StreamKey } from '@orrery/application';
import { commitsIn, linesOf } from './kept-commits.js';
import type { RedisLink } from './redis-link.js';

/** How long a stream is kept after it was last read, in milliseconds. */
const KEEP_MS = 60_000;
/** A stream that is longer is not kept, in bytes. */
const STREAM_SIZE_MAX = 256 * 1024;

/** Keeps streams in a Redis, under names that begin with `prefix`. */
export class RedisStreamCache extends StreamCache {
  constructor(
    private readonly link: Pick<RedisLink, 'ask' | 'tell'>,
    private readonly prefix: string,
  ) {
    super();
  }

  override async look(key: StreamKey, after: number): Promise<KeptStream | undefined> {
    const looked = await this.link.ask((redis) => redis.lookAtStream(this.nameOf(key), after));
    if (!looked) return undefined;
    const [lookedAt, version, isFresh, freshMs, lines] = looked;
    const kept = { version, isFresh: isFresh === 1, freshMs, lookedAt };
    if (lines === null) return kept;
    try {
      return { ...kept, commits: commitsIn(lines, key) };
    } catch {
      // Somebody else wrote there: it is as if nothing were kept, and is written over.
      return { version: 0, isFresh: false, freshMs: 0, lookedAt };
    }
  }

  override extend(key: StreamKey, { from, to, commits, lookedAt, freshMs }: StreamExtension): void {
    const lines = linesOf(commits);
    if (lines.length > STREAM_SIZE_MAX) return;
    const values = [from, to, lookedAt, freshMs, lines, STREAM_SIZE_MAX, KEEP_MS];
    this.link.tell((redis) => redis.extendStream(this.nameOf(key), ...values));
  }

  override mark(key: StreamKey, version: number): void {
    this.link.tell((redis) => redis.markStream(this.nameOf(key), version, KEEP_MS));
  }

  private nameOf({ namespace, stream }: StreamKey): string {
    return `${this.prefix}:${namespace}:${stream}`;
  }
}
