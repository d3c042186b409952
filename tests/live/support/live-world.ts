import {
  ANONYMOUS,
  AllowEverything,
  Clock,
  type Cursor,
  LiveFeed,
  type LiveFilter,
  type LiveSubscription,
  Log,
  type NewCommit,
  Plans,
  type Shard,
  type LiveSubject,
} from '@orrery/application';
import { DEFAULT_NAMESPACE, type Labels, type StreamId, compileDefinition } from '@orrery/domain';
import {
  MemoryDefinitionContents,
  MemoryLog,
  MemoryLogStore,
  type MemoryTransaction,
} from '@orrery/infrastructure/memory';
import fc, { type Scheduler } from 'fast-check';

/** A page has so few commits, so that there are many. */
const COMMITS_PER_PAGE = 2;
/** Nobody is dropped for being slow here: what takes longer than this never happens. */
const SOON_MS = 1_000;
const HASH = 'a'.repeat(64);

/** Time that passes in any order. */
class AnyTime extends Clock {
  constructor(private readonly scheduler: Scheduler) {
    super();
  }

  override now = () => 1_700_000_000_000;
  override soon(callback: () => void): void {
    void this.scheduler.schedule(Promise.resolve(), 'soon').then(callback);
  }
  override next = (callback: () => void) => callback();
  override after(delayMs: number, callback: () => void): () => void {
    let isWanted = delayMs < SOON_MS;
    if (isWanted) void this.scheduler.schedule(Promise.resolve(), 'after').then(() => isWanted && callback());
    return () => (isWanted = false);
  }
}

/** A log whose answers come whenever they come. */
class SlowLog extends MemoryLog {
  constructor(
    store: MemoryLogStore,
    private readonly scheduler: Scheduler,
  ) {
    super(store);
  }

  override async read(cursor: Cursor, limit: number) {
    await this.scheduler.schedule(Promise.resolve(), 'asked');
    const page = await super.read(cursor, Math.min(limit, COMMITS_PER_PAGE));
    await this.scheduler.schedule(Promise.resolve(), 'answered');
    return page;
  }
}

/** Several logs as one, as far as the feed asks. */
function sharded(shards: readonly Shard[]): Log {
  const [first] = shards;
  const readStreams: Log['readStreams'] = async (after, limitOfEach) => {
    const found = await Promise.all(shards.map(({ log }) => log.readStreams(after, limitOfEach)));
    return found.flat();
  };
  return Object.assign(Object.create(first!.log) as Log, { shards, readStreams });
}

/** A run that something happens to. */
interface Run {
  readonly id: StreamId;
  readonly subject: LiveSubject;
  readonly store: MemoryLogStore;
  version: number;
  /** The transaction of its last row: the next one follows it. */
  last?: MemoryTransaction;
}

/** What a client got, and how it is told. */
export class Client {
  readonly got: string[] = [];
  /** The cursor of the last event that it got. */
  last: string | undefined;
  /** How many events it has room for. */
  room = Infinity;
  subscription: LiveSubscription | undefined;

  constructor(
    private readonly feed: LiveFeed,
    readonly filter: LiveFilter,
  ) {}

  async connect(after?: string): Promise<void> {
    const subscription = await this.feed.subscribe({
      context: ANONYMOUS,
      filter: this.filter,
      after,
      listener: {
        event: ({ details }, cursor) => {
          this.got.push(`${details.workflowId}:${details.version}`);
          this.last = cursor;
          return --this.room > 0;
        },
        dropped: () => undefined,
      },
    });
    this.last ??= subscription.cursor;
    this.subscription = subscription;
    subscription.resume();
  }

  disconnect(): void {
    this.subscription?.end();
    this.subscription = undefined;
    this.room = Infinity;
  }

  makeRoom(events: number): void {
    this.room = events;
    this.subscription?.resume();
  }
}

const LABELS: readonly Labels[] = [{ team: 'sky' }, { team: 'sea', since: '1' }, {}, { team: 'sky', since: '2' }];
const NAMES = ['orders', 'bills'];

/** One process with a feed, and runs in one database or two to which things happen. */
export class LiveWorld {
  readonly runs: readonly Run[];
  readonly feed: LiveFeed;
  readonly errors: unknown[] = [];
  private readonly stores: readonly MemoryLogStore[];
  private readonly open: MemoryTransaction[] = [];

  constructor(
    private readonly scheduler: Scheduler,
    databases: number,
  ) {
    const clock = new AnyTime(scheduler);
    this.stores = Array.from({ length: databases }, () => new MemoryLogStore(clock));
    const logs = this.stores.map((store) => new SlowLog(store, scheduler));
    const shards = logs.map((log, index) => ({ name: `db-${index}`, partitions: new Set([index]), log }));
    this.runs = LABELS.map((labels, index) => {
      const id = `5eed0000-0000-4000-8000-00000000000${index}` as StreamId;
      const subject = { namespace: DEFAULT_NAMESPACE, workflow: id, definition: NAMES[index % 2]!, labels };
      return { id, subject, store: this.stores[index % databases]!, version: 0 };
    });
    const plans = new Plans(new MemoryDefinitionContents());
    const compiled = compileDefinition({ orrery: 'v1', name: 'any', tasks: { only: { type: 'noop' } } });
    if ('plan' in compiled) plans.keep(DEFAULT_NAMESPACE, HASH, compiled.plan);
    this.feed = new LiveFeed({
      log: databases === 1 ? logs[0]! : sharded(shards),
      plans,
      clock,
      authorize: new AllowEverything(),
      listen: () => undefined,
      turn: () => new Promise((resolve) => clock.soon(resolve)),
      onError: (error) => void this.errors.push(error),
    });
  }

  /** A transaction writes so many events of a run, and of another; it commits when it is told to. */
  async write(first: number, second: number, events: number): Promise<void> {
    const runs = [this.runs[first]!, this.runs[second]!];
    if (runs[0]!.store !== runs[1]!.store || first === second) runs.pop();
    // What a stream decided next is only written when what was before has committed.
    for (const { last } of runs) if (last?.isOpen) this.commitOne(this.open.indexOf(last));
    const transaction = runs[0]!.store.begin();
    await transaction.insert(runs.map((run) => rowOf(run, events)));
    for (const run of runs) run.last = transaction;
    this.open.push(transaction);
  }

  /** One of the open transactions commits, in whatever order. */
  commitOne(which: number): void {
    const [transaction] = this.open.splice(which % Math.max(1, this.open.length), 1);
    transaction?.commit();
    this.feed.poke();
  }

  commitAll(): void {
    while (this.open.length > 0) this.commitOne(0);
  }

  /** Something that was waited for comes. */
  async pass(many: number): Promise<void> {
    for (let n = 0; n < many && this.scheduler.count() > 0; n += 1) await this.scheduler.waitOne();
  }

  /** Passes until it is so; gives up at last, for the feed never rests. */
  async until(isSo: () => boolean): Promise<void> {
    for (let n = 0; n < 3_000 && !isSo(); n += 1) {
      await this.pass(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Everybody leaves, and nothing is read any more. */
  async stop(): Promise<void> {
    let isIdle = false;
    void this.feed.stop().then(() => (isIdle = true));
    await this.until(() => isIdle);
    if (!isIdle) throw new Error('the feed does not come to rest');
  }

  /** What a filter lets through of all that has committed, database by database. */
  wanted(isWanted: (subject: LiveSubject, type: string) => boolean): readonly (readonly string[])[] {
    return this.stores.map(({ committed }) =>
      committed.flatMap((commit) => {
        const { subject, id } = this.runs.find((run) => run.id === commit.stream)!;
        const events = JSON.parse(commit.events) as { type: string }[];
        return events.flatMap(({ type }, index) =>
          isWanted(subject, type) ? [`${id}:${commit.firstVersion + index}`] : [],
        );
      }),
    );
  }

  /** The same of what a client got: between databases there is no order. */
  byDatabase(got: readonly string[]): readonly (readonly string[])[] {
    const storeOf = (name: string) => this.runs.find(({ id }) => name.startsWith(id))!.store;
    return this.stores.map((store) => got.filter((name) => storeOf(name) === store));
  }
}

function rowOf(run: Run, events: number): NewCommit {
  const firstVersion = run.version + 1;
  const { labels, definition } = run.subject;
  const started = {
    type: 'WorkflowStarted',
    v: 1,
    id: run.id,
    definition: { name: definition, version: 1, hash: HASH },
    input: null,
    labels,
    startedAt: 1,
  };
  const later = { type: 'SignalReceived', v: 1, name: 'go', payload: null };
  const resumed = { type: 'WorkflowResumed', v: 1, resumedAt: 1, status: 'running' };
  const made = Array.from({ length: events }, (_, index) => {
    if (firstVersion + index === 1) return started;
    return (firstVersion + index) % 3 === 0 ? resumed : later;
  });
  run.version += events;
  return {
    namespace: DEFAULT_NAMESPACE,
    stream: run.id,
    partition: 0,
    firstVersion,
    lastVersion: run.version,
    events: JSON.stringify(made),
    metadata: JSON.stringify([{ n: events, at: 1 }]),
    hash: new Uint8Array(32),
  };
}

/** Filters of every kind, over what runs there are. */
export const someFilter: fc.Arbitrary<LiveFilter> = fc.constantFrom<LiveFilter>(
  {},
  {},
  { types: new Set(['SignalReceived']) },
  { workflow: '5eed0000-0000-4000-8000-000000000001' as StreamId },
  { definition: 'orders' },
  { labels: [{ name: 'team', value: 'sky' }] },
  { labels: [{ name: 'team' }], definition: 'bills' },
  { labels: [{ name: 'since' }, { name: 'team', value: 'sky' }] },
  { workflow: '5eed0000-0000-4000-8000-000000000001' as StreamId, labels: [{ name: 'team', value: 'sky' }] },
);
