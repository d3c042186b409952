import {
  AllowEverything,
  ClaimPartitions,
  LocalWorker,
  type Orchestration,
  type Run,
  type TaskHandler,
  assemble,
} from '@orrery/application';
import { DEFAULT_NAMESPACE, type WorkflowDecider } from '@orrery/domain';
import { AjvInputSchemas, MemoryTaskOffers, TextDocumentReader } from '@orrery/infrastructure/memory';
import type { Random } from '../kernel/random.js';
import { SimEntropy } from '../kernel/sim-entropy.js';
import { Link } from './link.js';
import { isPassing } from './passing.js';
import { remote } from './remote.js';
import { SimClock } from './sim-clock.js';
import type { SimSession } from './sim-database.js';
import { SimLane } from './sim-lane.js';
import { SimLog } from './sim-log.js';
import { SimNode } from './sim-node.js';
import type { SimWorld } from './sim-world.js';

/** What is remembered of a run is written down once in so many events, and when the run is over. */
const REMEMBERED_EVERY = 32;

/** An engine with the workers in its own process: the very code of the product, over simulated ports. */
export class SimProcess {
  readonly node: SimNode;
  readonly clock: SimClock;
  readonly link: Link;
  readonly orchestration: Orchestration;
  readonly worker: LocalWorker;
  isReady = false;
  private readonly lane: SimLane;
  private readonly offers: MemoryTaskOffers;

  constructor(
    readonly world: SimWorld,
    readonly name: string,
    handlers: ReadonlyMap<string, TaskHandler>,
  ) {
    const { scheduler, database, board } = world;
    const { partitions, pageCommits, concurrency } = world.sizes;
    const random = world.random.child(`process ${name}`);
    this.node = new SimNode(name, (callback) => void world.scheduler.after(0, callback));
    this.clock = new SimClock(scheduler, this.node);
    const parts = { ...world.linkParts(name), random: random.child('link') };
    this.link = new Link(parts, this.node);
    const entropy = new SimEntropy(random.child('entropy'));
    const commitLater = this.commitLater(random.child('commits'));
    const { node, clock, link } = this;
    const later = (delayMs: number, callback: () => void) => void scheduler.after(delayMs, callback);
    this.lane = new SimLane({ node, clock, link, database, engine: name, commitLater, later });
    this.offers = new MemoryTaskOffers(database.offers, name);
    this.node.onDeath(() => this.offers.die());
    const onError = (error: unknown) => void (isPassing(error) || world.errors.push(error));
    this.orchestration = assemble({
      log: new SimLog(this.lane, board.on(this.node), { database, link, pageCommits }),
      ownership: new ClaimPartitions(this.lane, { engine: name, partitions, clock }),
      checkpoints: remote(database.checkpoints, link),
      snapshots: remote(database.snapshots, link),
      viewWriter: remote(database.views, link),
      viewReader: remote(database.views, link),
      contents: remote(database.contents, link),
      sessions: remote(database.sessions, link),
      offers: remote(this.offers, link),
      documents: new TextDocumentReader(),
      inputSchemas: new AjvInputSchemas(),
      authorize: new AllowEverything(),
      clock,
      entropy,
      partitions,
      onError,
    });
    this.writeDown();
    const who = { workerId: name, namespace: DEFAULT_NAMESPACE, concurrency };
    this.worker = new LocalWorker(this.orchestration.dispatcher, new Map(handlers), who, () => undefined);
    this.orchestration.share.serve(this.worker);
  }

  /** Whether it lives, and the database holds locks for it. */
  get hasSession(): boolean {
    return this.node.isAlive && (this.lane.session as SimSession | undefined)?.isOpen === true;
  }

  /** Ready when it has taken up what is its own. */
  async start(): Promise<void> {
    await this.lane.open();
    await this.orchestration.engine.start();
    this.worker.start();
    this.isReady = true;
  }

  crash(): void {
    this.isReady = false;
    this.node.crash();
  }

  /** Lets transactions overtake each other: some commit at once, and some a good while after they wrote. */
  private commitLater(random: Random): () => Promise<void> {
    const { world } = this;
    return () => {
      const { commitMs, commitSlow, commitSlowMs } = world.faults;
      const isSlow = random.chance(commitSlow);
      if (isSlow) world.count('commitSlow');
      const ms = random.between(...(isSlow ? commitSlowMs : commitMs));
      return new Promise((resolve) => void world.scheduler.after(ms, resolve));
    };
  }

  /** Keeps snapshots far earlier than a run of a real size would have one, and writes down what it remembers of runs. */
  private writeDown(): void {
    const { records, snapshotEvents } = this.world;
    const { handle, workflows } = this.orchestration.kernel;
    Object.assign(workflows, { snapshotEvery: () => snapshotEvents });
    handle.onCommitted((aggregate, events) => {
      if (aggregate.type !== workflows) return;
      const { key, version, committed, state, decider } = aggregate as unknown as Run;
      records.deciders.set(state.definitionHash, decider as WorkflowDecider);
      const isDue = version % REMEMBERED_EVERY < events.length || workflows.isOver(state);
      if (version !== committed || !isDue) return;
      records.remembered.add(key.stream, { by: this.name, version, state: JSON.stringify(state) });
    });
  }
}
