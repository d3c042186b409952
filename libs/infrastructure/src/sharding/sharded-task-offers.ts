import { type AttemptAddress, type HandedTask, type OfferState, type TaskOffer, TaskOffers } from '@orrery/application';
import { ByShard, type ShardPort, fromEach, inEach, listenToEach, ofThoseThatAnswer } from './by-shard.js';

/** What processes offer each other, each offer in the database of its run. */
export class ShardedTaskOffers extends TaskOffers {
  private readonly stores: ByShard<TaskOffers>;
  private turns = 0;

  constructor(shards: readonly ShardPort<TaskOffers>[], partitions: number) {
    super();
    this.stores = new ByShard(shards, partitions);
  }

  override async declare(queues: readonly string[]): Promise<void> {
    await Promise.all(this.stores.all.map((store) => store.declare(queues)));
  }

  override async takers(): Promise<ReadonlySet<string>> {
    const takers = await ofThoseThatAnswer(this.stores.all.map((store) => store.takers()));
    return new Set(takers.flatMap((some) => [...some]));
  }

  override offer(offers: readonly TaskOffer[]): Promise<void> {
    const split = this.stores.split(offers, ({ partition }) => this.stores.at(partition));
    return inEach(split, (store, some) => store.offer(some));
  }

  /**
   * Never more than so many of all together; each time another database is asked first. It fails where nothing was taken:
   * what was, is to be done, and what a database has not answered is then looked for in the table.
   */
  override async take(queues: readonly string[], most: number): Promise<readonly HandedTask[]> {
    const { all } = this.stores;
    const first = this.turns++ % all.length;
    const taken: HandedTask[] = [];
    const failures: unknown[] = [];
    for (const store of [...all.slice(first), ...all.slice(0, first)]) {
      const left = most - taken.length;
      if (left > 0)
        await store.take(queues, left).then(
          (some) => taken.push(...some),
          (error: unknown) => failures.push(error),
        );
    }
    if (failures.length > 0 && taken.length === 0) throw failures[0];
    return taken;
  }

  override of(partitions: readonly number[]): Promise<readonly OfferState[]> {
    return fromEach(this.stores.partitions(partitions), (store, some) => store.of(some));
  }

  override async held(): Promise<readonly OfferState[]> {
    return (await Promise.all(this.stores.all.map((store) => store.held()))).flat();
  }

  override putBack(attempts: readonly AttemptAddress[]): Promise<void> {
    return inEach(this.byRun(attempts), (store, some) => store.putBack(some));
  }

  override cancel(attempts: readonly AttemptAddress[]): Promise<void> {
    return inEach(this.byRun(attempts), (store, some) => store.cancel(some));
  }

  override remove(attempts: readonly AttemptAddress[]): Promise<void> {
    return inEach(this.byRun(attempts), (store, some) => store.remove(some));
  }

  override withdraw(attempts: readonly AttemptAddress[]): Promise<readonly AttemptAddress[]> {
    return fromEach(this.byRun(attempts), (store, some) => store.withdraw(some));
  }

  override listen(onOffer: () => void): Promise<() => Promise<void>> {
    return listenToEach(this.stores.all, (store) => store.listen(onOffer));
  }

  private byRun(attempts: readonly AttemptAddress[]) {
    return this.stores.split(attempts, ({ workflow: stream }) => this.stores.of({ stream }));
  }
}
