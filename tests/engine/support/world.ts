import {
  ANONYMOUS,
  AllowEverything,
  Clock,
  type HandedTask,
  LocalWorker,
  type NewCommit,
  type Notice,
  type Orchestration,
  type OrchestrationPorts,
  type TaskHandler,
  assemble,
} from '@orrery/application';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import {
  AjvInputSchemas,
  MemoryCheckpoints,
  MemoryDefinitionContents,
  MemoryLog,
  MemoryLogStore,
  MemoryOfferTable,
  MemorySnapshots,
  MemoryTaskOffers,
  MemoryViews,
  MemoryWorkerSessions,
  TextDocumentReader,
} from '@orrery/infrastructure/memory';
import { SharedOwnership } from './shared-ownership.js';
import { SeededEntropy } from './tally.js';
import { TestClock, settled } from './test-clock.js';

export const PARTITIONS = 16;

/** The time as one process has it: when the process is gone, nothing calls back any more. */
class ProcessClock extends Clock {
  alive = true;
  constructor(private readonly clock: TestClock) {
    super();
  }
  override now(): number {
    return this.clock.now();
  }
  override soon(callback: () => void): void {
    this.clock.soon(() => this.alive && callback());
  }
  override next(callback: () => void): void {
    this.clock.next(() => this.alive && callback());
  }
  override after(delayMs: number, callback: () => void): () => void {
    return this.clock.after(delayMs, () => this.alive && callback());
  }
}

/** The log as one process has it: a process that is gone appends nothing, hears nothing and is answered nothing. */
export class ProcessLog extends MemoryLog {
  alive = true;
  /** Notices of foreign commits get lost. */
  deaf = false;
  /** What a spec has happen before something is read; it may throw. */
  beforeRead: () => Promise<void> = () => Promise.resolve();

  override async append(rows: readonly NewCommit[]) {
    if (!this.alive) await forever();
    const appended = await super.append(rows);
    return this.alive ? appended : forever();
  }

  override async readStreams(after: Parameters<MemoryLog['readStreams']>[0]) {
    await this.beforeRead();
    return super.readStreams(after);
  }

  override listen(onNotice: (notice: Notice) => void) {
    return super.listen((notice) => this.alive && !this.deaf && onNotice(notice));
  }
}

function forever(): Promise<never> {
  return new Promise(() => undefined);
}

/** What outlives every process: the stores, and the time. */
export class World {
  readonly clock = new TestClock();
  readonly store = new MemoryLogStore(this.clock);
  readonly checkpoints = new MemoryCheckpoints();
  readonly snapshots = new MemorySnapshots();
  readonly views = new MemoryViews(this.checkpoints);
  readonly contents = new MemoryDefinitionContents();
  readonly sessions = new MemoryWorkerSessions();
  readonly offers = new MemoryOfferTable();
  readonly ownerships: SharedOwnership[] = [];
  /** How long an append takes, in turns: where processes overtake each other, and crash. */
  turns: () => number = () => 0;
  private processes = 0;

  /** A process over these stores. It owns what nobody else does, or the partitions that are named. */
  process(handlers: Handlers = {}, options: ProcessOptions = {}): Process {
    return new Process(this, handlers, { seed: ++this.processes, ...options });
  }

  advance(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }
}

export type Handlers = { readonly [type: string]: TaskHandler };

export interface ProcessOptions {
  readonly seed?: number;
  readonly partitions?: readonly number[];
  readonly concurrency?: number;
  readonly keeping?: OrchestrationPorts['keeping'];
  /** Where its events are told outside. */
  readonly exchange?: OrchestrationPorts['exchange'];
  /** Where it tells other processes what it commits. */
  readonly fanOut?: OrchestrationPorts['fanOut'];
  /** Its worker takes what other processes offer, too. */
  readonly shares?: boolean;
}

/** An engine with its workers, as one process holds them. */
export class Process {
  readonly log: ProcessLog;
  readonly ownership: SharedOwnership;
  readonly orchestration: Orchestration;
  readonly worker: LocalWorker;
  /** Every task that was handed to the workers of this process. */
  readonly handed: HandedTask[] = [];
  readonly errors: unknown[] = [];
  private readonly clock: ProcessClock;
  private readonly offers: MemoryTaskOffers;

  constructor(
    readonly world: World,
    handlers: Handlers,
    { seed = 1, partitions, concurrency = 100, keeping, exchange, fanOut, shares = false }: ProcessOptions,
  ) {
    this.clock = new ProcessClock(world.clock);
    this.log = new ProcessLog(world.store, () => settled(world.turns()));
    this.ownership = new SharedOwnership(world.ownerships, PARTITIONS, partitions);
    this.offers = new MemoryTaskOffers(world.offers, `process-${seed}`);
    this.orchestration = assemble({
      log: this.log,
      ownership: this.ownership,
      checkpoints: world.checkpoints,
      snapshots: world.snapshots,
      viewWriter: world.views,
      viewReader: world.views,
      contents: world.contents,
      sessions: world.sessions,
      offers: this.offers,
      documents: new TextDocumentReader(),
      inputSchemas: new AjvInputSchemas(),
      authorize: new AllowEverything(),
      clock: this.clock,
      entropy: new SeededEntropy(seed),
      partitions: PARTITIONS,
      keeping,
      exchange,
      fanOut,
      onError: (error) => this.errors.push(error),
    });
    const noted = Object.entries(handlers).map(([type, handler]): [string, TaskHandler] => [
      type,
      (input, context) => {
        this.handed.push(context.task);
        return handler(input, context);
      },
    ]);
    const who = { workerId: `local-${seed}`, namespace: DEFAULT_NAMESPACE, concurrency };
    this.worker = new LocalWorker(this.orchestration.dispatcher, new Map(noted), who, (error) =>
      this.errors.push(error),
    );
    if (shares) this.orchestration.share.serve(this.worker);
  }

  async start(): Promise<this> {
    await this.orchestration.engine.start();
    this.worker.start();
    await settled();
    return this;
  }

  /** The process is gone, between two turns: its memory, its locks, and what it had not committed. */
  crash(): void {
    this.clock.alive = false;
    this.log.alive = false;
    this.log.disconnect();
    this.ownership.die();
    this.offers.die();
  }

  async stop(): Promise<void> {
    await this.worker.stop();
    await this.orchestration.engine.stop();
  }
}

export { ANONYMOUS };
