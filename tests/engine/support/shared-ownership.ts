import { Ownership } from '@orrery/application';

type OnChange = (owned: ReadonlySet<number>) => void | Promise<void>;

/** Ownership among the processes of one world: a partition has one owner, until that one dies or gives it up. */
export class SharedOwnership extends Ownership {
  isTrusted = true;
  private held: ReadonlySet<number> = new Set();
  private onChange: OnChange | undefined;

  constructor(
    private readonly all: SharedOwnership[],
    private readonly partitions: number,
    private readonly wanted: readonly number[] = Array.from({ length: partitions }, (_, index) => index),
  ) {
    super();
  }

  override async start(onChange: OnChange): Promise<void> {
    this.onChange = onChange;
    this.all.push(this);
    await this.own(this.wanted);
  }

  override owned(): ReadonlySet<number> {
    return this.held;
  }

  override trusted(): boolean {
    return this.isTrusted;
  }

  override async confirm(): Promise<boolean> {
    return this.isTrusted;
  }

  override async release(): Promise<void> {
    await this.own([]);
    this.die();
  }

  /** Owns these, as far as nobody else does. */
  async own(partitions: readonly number[]): Promise<void> {
    const others = this.all.filter((other) => other !== this);
    const free = partitions.filter((partition) => !others.some((other) => other.held.has(partition)));
    this.held = new Set(free);
    await this.onChange?.(this.held);
  }

  die(): void {
    this.held = new Set();
    this.onChange = undefined;
    if (this.all.includes(this)) this.all.splice(this.all.indexOf(this), 1);
  }
}
