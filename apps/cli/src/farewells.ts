/** What has to be said or put right when a command ends before its time: on Ctrl-C, or when its time is over. */
export class Farewells {
  private readonly open = new Set<() => readonly string[]>();

  /** Adds one; the answer takes it back. */
  add(farewell: () => readonly string[]): () => void {
    this.open.add(farewell);
    return () => void this.open.delete(farewell);
  }

  /** Does what has to be done, the last first, and tells what is to be said. */
  all(): readonly string[] {
    const lines = [...this.open].reverse().flatMap((farewell) => farewell());
    this.open.clear();
    return lines;
  }
}
