const realTurn = setImmediate;

/** Work that is real: simulated time stands still until all of it has settled. */
export class RealWork {
  private readonly open = new Set<Promise<unknown>>();

  add(work: Promise<unknown>): void {
    this.open.add(work);
    const remove = () => void this.open.delete(work);
    work.then(remove, remove);
  }

  /** Resolves when nothing real is under way. */
  async settled(): Promise<void> {
    while (this.open.size > 0) {
      await Promise.allSettled(this.open);
      // What waited for it goes on, and may do more.
      await new Promise<void>((resolve) => void realTurn(resolve));
    }
  }
}
