import {
  CachedStreams,
  Clock,
  type Commit,
  type Known,
  type KnownPlace,
  type StreamKey,
  StreamCache,
  type StreamExtension,
} from '@orrery/application';
import { DEFAULT_NAMESPACE, type StreamId } from '@orrery/domain';
import { MemoryStreamCache } from '@orrery/infrastructure/memory';
import type { Scheduler } from 'fast-check';

/** What is promised to who knows nothing: no answer lacks what is older, in milliseconds. */
export const OLD_MS = 10_000;
/** How far behind a replica may be that is read from with a cache in front. */
const LAG_MAX_MS = 1_000;

export const KEY: StreamKey = {
  namespace: DEFAULT_NAMESPACE,
  stream: '01890a5d-ac96-774b-bcce-b302099a8057' as StreamId,
};

/** Time that passes when it is told to. */
class ToldTime extends Clock {
  time = 1_700_000_000_000;

  override now = () => this.time;
  override after = () => () => undefined;
  override soon(callback: () => void): void {
    callback();
  }
  override next(callback: () => void): void {
    callback();
  }
}

/** A cache whose words arrive whenever they do. */
class SlowCache extends StreamCache {
  constructor(
    private readonly inner: MemoryStreamCache,
    private readonly scheduler: Scheduler,
  ) {
    super();
  }

  override look(key: StreamKey, after: number) {
    return this.scheduler.schedule(Promise.resolve(), 'look').then(() => this.inner.look(key, after));
  }

  override extend(key: StreamKey, extension: StreamExtension): void {
    void this.scheduler.schedule(Promise.resolve(), 'extend').then(() => this.inner.extend(key, extension));
  }

  override mark(key: StreamKey, version: number): void {
    void this.scheduler.schedule(Promise.resolve(), 'mark').then(() => this.inner.mark(key, version));
  }
}

/** A process that reads a run: it keeps what it has read, as pages do. */
export interface Reader {
  readonly streams: CachedStreams;
  /** How far its page has come; 0 when it has none any more. */
  version: number;
  /** The newest that it has committed or read. */
  heard: number;
}

/** One run, read by several processes over one cache, from copies that lag. */
export class CachedWorld {
  readonly clock = new ToldTime();
  readonly cache = new MemoryStreamCache(this.clock);
  readonly readers: readonly Reader[];
  /** When each version came to be. */
  private readonly cameAt: number[] = [];
  private readonly commits: Commit[] = [];

  constructor(
    private readonly scheduler: Scheduler,
    private readonly lagMs: () => number,
  ) {
    const slow = new SlowCache(this.cache, scheduler);
    this.readers = [0, 1, 2].map(() => ({
      streams: new CachedStreams(this, slow, this.clock),
      version: 0,
      heard: 0,
    }));
  }

  get version(): number {
    return this.commits.length;
  }

  /** The version that the run had so long ago. */
  versionAt(time: number): number {
    return this.cameAt.filter((at) => at <= time).length;
  }

  write(by: Reader | undefined, type: string): void {
    const version = this.version + 1;
    this.cameAt.push(this.clock.now());
    this.commits.push(commitOf(version, type));
    if (!by) return;
    by.streams.committed(KEY, version, [{ version, at: 0, event: { type } as never }]);
    by.heard = version;
  }

  /** Reads as a page is turned, by itself or among others, and gives back what was read. */
  async read(by: Reader, known: Known, together = false): Promise<number> {
    const after = by.version;
    const commits = together
      ? await by.streams.readStreams([{ ...KEY, version: after, known }], 1_000)
      : await by.streams.readStream(KEY, after, 1_000, known);
    for (const [index, { firstVersion }] of commits.entries()) {
      if (firstVersion !== after + index + 1) throw new Error(`version ${firstVersion} follows on ${after + index}`);
    }
    const version = commits.at(-1)?.lastVersion ?? after;
    by.version = Math.max(by.version, version);
    by.heard = Math.max(by.heard, version);
    return version;
  }

  /** What is behind the cache: a copy that lags, or everything, for who knows more than the copy does. */
  async readStream(_key: StreamKey, after: number, limit: number, known: Known): Promise<readonly Commit[]> {
    const reached = this.versionAt(this.clock.now() - Math.min(this.lagMs(), LAG_MAX_MS - 1));
    const upTo = reached >= known.version && reached > 0 ? reached : this.version;
    const read = this.commits.slice(after, upTo).slice(0, limit);
    await this.scheduler.schedule(Promise.resolve(), 'read');
    return read;
  }

  async readStreams(places: readonly KnownPlace[], limit: number): Promise<readonly Commit[]> {
    const read = places.map(({ known, version, ...key }) => this.readStream(key, version, limit, known));
    return (await Promise.all(read)).flat();
  }
}

function commitOf(version: number, type: string): Commit {
  return {
    ...KEY,
    partition: 0,
    firstVersion: version,
    lastVersion: version,
    cursor: { transactionId: BigInt(version), position: BigInt(version) },
    recordedAt: 0,
    hash: new Uint8Array(32),
    events: JSON.stringify([{ type, v: 1 }]),
    metadata: '[{"n":1,"at":0}]',
  };
}
