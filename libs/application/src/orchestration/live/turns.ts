/** Lets so many work at once; the others wait, and come in the order in which they asked. */
export class Turns {
  private readonly waiting: (() => void)[] = [];
  private working = 0;

  constructor(private readonly atOnceMax: number) {}

  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.working >= this.atOnceMax) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.working++;
    try {
      return await work();
    } finally {
      // Whoever is next takes over the place.
      const next = this.waiting.shift();
      if (next) next();
      else this.working--;
    }
  }
}
