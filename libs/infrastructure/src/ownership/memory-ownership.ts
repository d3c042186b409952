import { Ownership } from '@orrery/application';

/** Owns everything, or all of some partitions: the only engine there is. A simulation may take it away and give it back. */
export class MemoryOwnership extends Ownership {
  private readonly all: ReadonlySet<number>;
  private held: ReadonlySet<number> = new Set();
  private connected = true;
  private onChange: (owned: ReadonlySet<number>) => void | Promise<void> = () => undefined;

  constructor(partitions: number | ReadonlySet<number>) {
    super();
    this.all = typeof partitions === 'number' ? new Set(Array(partitions).keys()) : partitions;
  }

  override async start(onChange: (owned: ReadonlySet<number>) => void | Promise<void>): Promise<void> {
    this.onChange = onChange;
    await this.own(this.all);
  }

  override owned(): ReadonlySet<number> {
    return this.held;
  }

  override trusted(): boolean {
    return this.connected;
  }

  override async confirm(): Promise<boolean> {
    return this.connected;
  }

  override async release(): Promise<void> {
    await this.own(new Set());
  }

  /** The session is lost, and everything that was owned with it. */
  lose(): void {
    this.connected = false;
    void this.own(new Set());
  }

  /** The session is back, and owns these partitions: all, if none are named. */
  async regain(partitions: ReadonlySet<number> = this.all): Promise<void> {
    this.connected = true;
    await this.own(partitions);
  }

  private async own(partitions: ReadonlySet<number>): Promise<void> {
    const changed = partitions.size !== this.held.size || [...partitions].some((each) => !this.held.has(each));
    this.held = partitions;
    if (changed) await this.onChange(partitions);
  }
}
