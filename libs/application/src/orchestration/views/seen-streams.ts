import { LRUCache } from 'lru-cache';
import { type StreamKey, keyOf } from '../../kernel/ports/log.js';

/** A stream had come this far, and no further at that moment. */
interface Seen {
  readonly version: number;
  readonly at: number;
}

/** Of how many streams it is remembered how far they have come. */
const STREAMS_SEEN = 20_000;

/** How far streams have come, as far as this process has seen, and when it saw that. */
export class SeenStreams {
  private readonly seen = new LRUCache<string, Seen>({ max: STREAMS_SEEN });

  /** The version that a stream has come to, if not further; 0 where nothing is remembered. */
  versionOf(key: StreamKey): number {
    return this.seen.get(keyOf(key))?.version ?? 0;
  }

  /** Whether a stream was seen less than so many milliseconds ago. */
  isFresh(key: StreamKey, now: number, ms: number): boolean {
    const seen = this.seen.get(keyOf(key));
    // An age below zero is that of a clock which was set back.
    return seen !== undefined && now >= seen.at && now - seen.at < ms;
  }

  /** It was at this version at that time. Of two reads the one that saw less may end last. */
  note(key: StreamKey, version: number, at: number): void {
    const name = keyOf(key);
    const before = this.seen.get(name);
    if (!before || before.version <= version) this.seen.set(name, { version, at });
  }
}
