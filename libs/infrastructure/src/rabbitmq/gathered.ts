/** What may wait a little, and is done together: a write by itself costs many times its part of a larger one. */
export class Gathered {
  private readonly waiting: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly waitMs: number) {}

  /** Is done with all that comes meanwhile, in the same order. */
  add(work: () => void): void {
    this.waiting.push(work);
    this.timer ??= setTimeout(() => this.flush(), this.waitMs);
  }

  /** Does now what waits. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const work of this.waiting.splice(0)) work();
  }
}
