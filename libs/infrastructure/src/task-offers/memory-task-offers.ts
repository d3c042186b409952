import {
  type AttemptAddress,
  type HandedTask,
  type OfferState,
  type TaskAddress,
  type TaskOffer,
  TaskOffers,
} from '@orrery/application';

interface Offered extends TaskOffer {
  heldBy: string | null;
  cancelled: boolean;
}

/** What the processes of one world have in common. */
export class MemoryOfferTable {
  readonly offers = new Map<string, Offered>();
  /** From which queues each process takes that is alive. */
  readonly takes = new Map<string, readonly string[]>();
  readonly listeners = new Set<() => void>();
}

/** What processes offer each other, in memory. */
export class MemoryTaskOffers extends TaskOffers {
  private unlisten: () => void = () => undefined;
  private isGone = false;

  constructor(
    private readonly table = new MemoryOfferTable(),
    private readonly engine = 'this one',
  ) {
    super();
  }

  /** The process is gone, and stays so, whatever of it arrives later. */
  die(): void {
    this.isGone = true;
    this.table.takes.delete(this.engine);
    this.unlisten();
  }

  override async declare(queues: readonly string[]): Promise<void> {
    if (!this.isGone) this.table.takes.set(this.engine, queues.slice());
  }

  override async takers(): Promise<ReadonlySet<string>> {
    const others = [...this.table.takes].filter(([engine]) => engine !== this.engine);
    return new Set(others.flatMap(([, queues]) => queues));
  }

  override async offer(offers: readonly TaskOffer[]): Promise<void> {
    for (const offer of offers) {
      const heldBy = offer.task === null ? this.engine : null;
      this.table.offers.set(keyOf(offer), structuredClone({ ...offer, heldBy, cancelled: false }));
    }
    if (offers.some(({ task }) => task !== null)) for (const told of this.table.listeners) told();
  }

  override async take(queues: readonly string[], most: number): Promise<readonly HandedTask[]> {
    const isMeant = ({ heldBy, cancelled, namespace, type }: Offered) =>
      heldBy === null && !cancelled && queues.includes(`${namespace}/${type}`);
    const taken = [...this.table.offers.values()].filter(isMeant).slice(0, most);
    for (const offer of taken) offer.heldBy = this.engine;
    return taken.map(({ task }) => structuredClone(task!));
  }

  override async of(partitions: readonly number[]): Promise<readonly OfferState[]> {
    return this.states(({ partition }) => partitions.includes(partition));
  }

  override async held(): Promise<readonly OfferState[]> {
    return this.states(({ heldBy }) => heldBy === this.engine);
  }

  override async putBack(attempts: readonly AttemptAddress[]): Promise<void> {
    const taken = this.these(attempts).filter(({ heldBy, task }) => heldBy === this.engine && task !== null);
    for (const offer of taken) offer.heldBy = null;
  }

  override async cancel(attempts: readonly AttemptAddress[]): Promise<void> {
    for (const offer of this.these(attempts)) offer.cancelled = true;
  }

  override async remove(attempts: readonly AttemptAddress[]): Promise<void> {
    for (const offer of this.these(attempts)) this.table.offers.delete(keyOf(offer));
  }

  override async withdraw(attempts: readonly AttemptAddress[]): Promise<readonly AttemptAddress[]> {
    const free = this.these(attempts).filter(({ heldBy }) => heldBy === null);
    await this.remove(free);
    return free.map(({ namespace, workflow, ordinal, attempt }) => ({ namespace, workflow, ordinal, attempt }));
  }

  override async listen(onOffer: () => void): Promise<() => Promise<void>> {
    this.table.listeners.add(onOffer);
    this.unlisten = () => void this.table.listeners.delete(onOffer);
    return async () => this.unlisten();
  }

  private these(attempts: readonly AttemptAddress[]): readonly Offered[] {
    return attempts.flatMap((each) => {
      const offer = this.table.offers.get(keyOf(each));
      return offer?.attempt === each.attempt ? [offer] : [];
    });
  }

  private states(isMeant: (offer: Offered) => boolean): readonly OfferState[] {
    return [...this.table.offers.values()].filter(isMeant).map(({ task: _task, heldBy, ...offer }) => ({
      ...offer,
      holder: this.holderOf(heldBy),
    }));
  }

  private holderOf(heldBy: string | null): OfferState['holder'] {
    if (heldBy === null) return 'nobody';
    if (heldBy === this.engine) return 'this process';
    return this.table.takes.has(heldBy) ? 'another' : 'one that is gone';
  }
}

function keyOf({ namespace, workflow, ordinal }: TaskAddress): string {
  return `${namespace}/${workflow}~${ordinal}`;
}
