import { Follow, type FollowedCommit, type Log, type Move } from '@orrery/application';
import { UPCASTERS } from '@orrery/domain';
import { MemoryLog } from '@orrery/infrastructure/memory';
import type { Random } from '../kernel/random.js';
import { Link } from './link.js';
import { isPassing } from './passing.js';
import { remote } from './remote.js';
import { SimClock } from './sim-clock.js';
import { SimNode } from './sim-node.js';
import type { SimWorld } from './sim-world.js';

/** The name that all of them follow the log under. */
export const SUBSCRIBER = 'subscriber';
/** So many commits go out together at most: between two such portions it may die. */
const PORTION_COMMITS = 12;

/**
 * Somebody outside who is to hear of everything: it follows the log by the product's own code, passes on what it reads,
 * and moves its checkpoint afterwards. Whoever takes its place goes on from there.
 */
export class SimSubscriber {
  readonly node: SimNode;
  private readonly clock: SimClock;
  private readonly random: Random;
  private readonly follow: Follow;
  private readonly checkpoints;

  constructor(
    private readonly world: SimWorld,
    name: string,
  ) {
    const { scheduler, database } = world;
    this.random = world.random.child(`subscriber ${name}`);
    this.node = new SimNode(name, (callback) => void scheduler.after(0, callback));
    this.clock = new SimClock(scheduler, this.node);
    const link = new Link({ ...world.linkParts(name), random: this.random.child('link') }, this.node);
    this.checkpoints = remote(database.checkpoints, link);
    const log = remote<Log>(new MemoryLog(database.store), link);
    const handle = (commits: readonly FollowedCommit[], moves: readonly Move[]) => this.passOn(commits, moves);
    const onError = (error: unknown) => void (isPassing(error) || world.errors.push(error));
    const follower = { name: SUBSCRIBER, upcasters: UPCASTERS, handle };
    this.follow = new Follow(follower, log, this.checkpoints, this.clock, onError);
  }

  start(): void {
    this.follow.follow(new Set(Array.from({ length: this.world.sizes.partitions }, (_, partition) => partition)));
  }

  crash(): void {
    this.node.crash();
  }

  private async passOn(commits: readonly FollowedCommit[], moves: readonly Move[]): Promise<boolean> {
    const { deliveries } = this.world.records;
    const left = [...commits];
    while (left.length > 0) {
      await new Promise<void>((resolve) => void this.clock.after(this.random.between(1, 10), resolve));
      const portion = left.splice(0, this.random.between(1, PORTION_COMMITS));
      for (const commit of portion) deliveries.push({ stream: commit.stream, recorded: commit.recorded() });
    }
    return this.checkpoints.move(SUBSCRIBER, moves);
  }
}
