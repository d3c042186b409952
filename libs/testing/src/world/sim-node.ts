/**
 * A machine that code runs on: it dies between any two things that happen, or stands still for a while and comes back
 * as if nothing had been. Whatever happens to the code on it comes in by `enter`.
 */
export class SimNode {
  private state: 'running' | 'paused' | 'dead' = 'running';
  private late: (() => void)[] = [];
  private readonly whenDead: (() => void)[] = [];

  /** `soon` lets something happen in the world, at this very moment but after what happens now. */
  constructor(
    readonly name: string,
    private readonly soon: (callback: () => void) => void,
  ) {}

  get isAlive(): boolean {
    return this.state !== 'dead';
  }

  get isPaused(): boolean {
    return this.state === 'paused';
  }

  /** Something happens on it: now, when it goes on, or never. */
  enter(callback: () => void): void {
    if (this.state === 'running') callback();
    else if (this.state === 'paused') this.late.push(callback);
  }

  /** Calls back when it dies: whoever it had a connection with notices sooner or later. */
  onDeath(callback: () => void): void {
    this.whenDead.push(callback);
  }

  /** It stands still, as in a long garbage collection or behind a debugger. */
  pause(): void {
    if (this.state === 'running') this.state = 'paused';
  }

  /** It goes on, and everything that was late happens now, one thing after the other. */
  resume(): void {
    if (this.state !== 'paused') return;
    this.state = 'running';
    for (const callback of this.late.splice(0)) this.soon(() => this.enter(callback));
  }

  /** Its memory is gone, and all that was on its way to it. */
  crash(): void {
    this.state = 'dead';
    this.late = [];
    for (const callback of this.whenDead.splice(0)) callback();
  }
}
