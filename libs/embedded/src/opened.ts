/** It was told to stop before it had started. */
export class Stopped extends Error {}

/** What a process has opened, one thing upon the other, and closes again in the opposite order. */
export class Opened {
  private readonly closings: (() => Promise<unknown>)[] = [];
  private opening: Promise<unknown> = Promise.resolve();
  private closing: Promise<void> | undefined;

  constructor(private readonly onError: (error: unknown) => void) {}

  /** Whether it was told to close: whatever fails from then on fails for that. */
  get isClosing(): boolean {
    return this.closing !== undefined;
  }

  /** Opens a thing, and remembers how to close it. Throws `Stopped` once closing has begun. */
  async add<T>(open: () => Promise<T> | T, close: (thing: T) => Promise<unknown>): Promise<T> {
    if (this.closing) throw new Stopped();
    const opening = (async () => open())();
    this.opening = opening;
    const thing = await opening;
    this.closings.push(() => close(thing));
    return thing;
  }

  /** Closes everything, the last first; what fails to close is told, and keeps nothing else open. Once. */
  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async closeAll(): Promise<void> {
    // What is being opened just now cannot be interrupted, but it can be closed.
    await this.opening.catch(() => undefined);
    for (const close of this.closings.reverse()) await close().catch(this.onError);
  }
}
