import type { Commit, StreamKey } from '../../kernel/ports/log.js';

/** What a cache has of a stream: its beginning, or only how far it has come. Of one it knows nothing of, version 0. */
export interface KeptStream {
  /** The stream has come to this version, if not further. */
  readonly version: number;
  /** It had come no further a moment ago, for as long as its keeper said that this may be believed. */
  readonly isFresh: boolean;
  /** For how long that is, in milliseconds. */
  readonly freshMs: number;
  /** Everything up to that version, where it is kept and whoever looks has not come so far. */
  readonly commits?: readonly Commit[];
  /** When it was looked at, by the clock of the cache, in milliseconds. */
  readonly lookedAt: number;
}

/** What was read of a stream after a version that the cache has, or from its beginning. */
export interface StreamExtension {
  readonly from: number;
  /** Where it ends: there was no more when it was read. */
  readonly to: number;
  readonly commits: readonly Commit[];
  /** When the cache was looked at before it was read: it is as old as that. */
  readonly lookedAt: number;
  /** For how long from then on nobody need be asked whether there is more, in milliseconds. */
  readonly freshMs: number;
}

/**
 * Keeps the beginnings of streams for a while, for every process. All of it may vanish at any moment, and nobody waits
 * for it long. What it tells may be old and is never wrong: a stream only grows.
 */
export abstract class StreamCache {
  /** What it has of a stream, for whoever has everything up to `after`; nothing at all while it is away. */
  abstract look(key: StreamKey, after: number): Promise<KeptStream | undefined>;

  /** Adds to what it has, unless it has more already. */
  abstract extend(key: StreamKey, extension: StreamExtension): void;

  /** The stream has come to this version, and what is kept of it is not to be believed any more. */
  abstract mark(key: StreamKey, version: number): void;
}
