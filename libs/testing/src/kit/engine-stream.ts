import { type LiveItem, LiveIterator, type LiveRequest } from '@orrery/application';
import { shownItem } from '@orrery/embedded/parts';
import type { LiveEvent } from '@orrery/sdk';
import type { LiveStream } from '@orrery/sdk/parts';
import type { SimProcess } from '../world/sim-process.js';

/** Less than an answer is waited for, so that there is one where nothing happens. */
const WAIT_MS = 3_000;

/** At an engine: what it tells one who asks for one event at a time. */
export class EngineFeed {
  private readonly told = new LiveIterator();
  private next: Promise<IteratorResult<LiveItem>> | undefined;

  private constructor(readonly engine: SimProcess) {}

  static async open(engine: SimProcess, request: Omit<LiveRequest, 'listener'>): Promise<EngineFeed> {
    const feed = new EngineFeed(engine);
    feed.told.begin(await engine.orchestration.live.subscribe({ ...request, listener: feed.told }));
    return feed;
  }

  get cursor(): string {
    return this.told.cursor;
  }

  /** The next event, or nothing where there is none for a while. */
  async take(): Promise<IteratorResult<LiveItem> | undefined> {
    this.next ??= this.told.next();
    const late = new Promise<undefined>((resolve) => this.engine.clock.after(WAIT_MS, () => resolve(undefined)));
    const taken = await Promise.race([this.next, late]);
    if (taken) this.next = undefined;
    return taken;
  }

  end(): void {
    void this.told.return();
  }
}

/** The live feed of an engine as the test hears it, over the network: an answer that gets lost ends it. */
export class EngineStream implements LiveStream {
  constructor(
    public cursor: string,
    private readonly ask: () => ReturnType<EngineFeed['take']>,
    readonly close: () => void,
  ) {}

  async next(): Promise<LiveEvent> {
    for (;;) {
      const taken = await this.ask();
      if (taken?.done) throw new Error('nobody reads it any more');
      if (!taken) continue;
      this.cursor = taken.value.cursor;
      return shownItem(taken.value);
    }
  }
}
