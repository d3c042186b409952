import {
  type Clock,
  type KeptStream,
  StreamCache,
  type StreamExtension,
  type StreamKey,
  keyOf,
} from '@orrery/application';

type Kept = Omit<KeptStream, 'isFresh'>;

/** A cache in memory: it may be away, and may lose everything. */
export class MemoryStreamCache extends StreamCache {
  private readonly streams = new Map<string, Kept>();
  private isAway = false;

  constructor(private readonly clock: Pick<Clock, 'now'>) {
    super();
  }

  override async look(key: StreamKey, after: number): Promise<KeptStream | undefined> {
    if (this.isAway) return undefined;
    const lookedAt = this.clock.now();
    const kept = this.streams.get(keyOf(key));
    if (!kept) return { version: 0, isFresh: false, freshMs: 0, lookedAt };
    const { version, freshMs, commits } = kept;
    const age = lookedAt - kept.lookedAt;
    const isFresh = age >= 0 && age < freshMs;
    const isShown = version > after && commits !== undefined;
    return { version, isFresh, freshMs, lookedAt, ...(isShown ? { commits } : {}) };
  }

  override extend(key: StreamKey, { from, to, commits: added, lookedAt, freshMs }: StreamExtension): void {
    const kept = this.streams.get(keyOf(key));
    const isOlder = kept !== undefined && (kept.version > to || (kept.version === to && kept.lookedAt > lookedAt));
    const before = from === 0 ? [] : kept?.version === from ? kept.commits : undefined;
    if (this.isAway || isOlder || !before) return;
    this.streams.set(keyOf(key), { version: to, lookedAt, freshMs, commits: [...before, ...added] });
  }

  override mark(key: StreamKey, version: number): void {
    const kept = this.streams.get(keyOf(key));
    if (this.isAway || (kept && kept.version >= version)) return;
    this.streams.set(keyOf(key), { version, lookedAt: 0, freshMs: 0 });
  }

  away(isAway: boolean): void {
    this.isAway = isAway;
  }

  clear(): void {
    this.streams.clear();
  }
}
