import {
  AllowEverything,
  ClaimPartitions,
  CommitUnknown,
  LocalWorker,
  type Orchestration,
  type TaskHandler,
  assemble,
} from '@orrery/application';
import { DEFAULT_NAMESPACE, Unavailable } from '@orrery/domain';
import { AjvInputSchemas, MemoryTaskOffers, TextDocumentReader } from '@orrery/infrastructure';
import { SimEntropy } from '../kernel/sim-entropy.js';
import { Link } from './link.js';
import { remote } from './remote.js';
import { SimClock } from './sim-clock.js';
import { SessionLost, SimLane } from './sim-lane.js';
import { SimLog } from './sim-log.js';
import { SimNode } from './sim-node.js';
import type { SimWorld } from './sim-world.js';

export const PARTITIONS = 8;
const CONCURRENCY = 20;

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
    const random = world.random.child(`process ${name}`);
    this.node = new SimNode(name, (callback) => void world.scheduler.after(0, callback));
    this.clock = new SimClock(scheduler, this.node);
    const parts = { ...world.linkParts(name), random: random.child('link') };
    this.link = new Link(parts, this.node);
    const entropy = new SimEntropy(random.child('entropy'));
    const commits = random.child('commits');
    const commitLater = () =>
      new Promise<void>((resolve) => void scheduler.after(commits.between(...world.faults.commitMs), resolve));
    const { node, clock, link } = this;
    const later = (delayMs: number, callback: () => void) => void scheduler.after(delayMs, callback);
    this.lane = new SimLane({ node, clock, link, database, engine: name, commitLater, later });
    this.offers = new MemoryTaskOffers(database.offers, name);
    this.node.onDeath(() => this.offers.die());
    // What passes by itself is told too, and is no bug.
    const onError = (error: unknown) => void (isPassing(error) || world.errors.push(error));
    this.orchestration = assemble({
      log: new SimLog(this.lane, board.on(this.node), { database, link: this.link }),
      ownership: new ClaimPartitions(this.lane, { engine: name, partitions: PARTITIONS, clock }),
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
      partitions: PARTITIONS,
      onError,
    });
    const who = { workerId: name, namespace: DEFAULT_NAMESPACE, concurrency: CONCURRENCY };
    this.worker = new LocalWorker(this.orchestration.dispatcher, new Map(handlers), who, () => undefined);
    this.orchestration.share.serve(this.worker);
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
}

function isPassing(error: unknown): boolean {
  return error instanceof Unavailable || error instanceof CommitUnknown || error instanceof SessionLost;
}
