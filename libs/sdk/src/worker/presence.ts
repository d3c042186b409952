import type { Log } from './log.js';

/** Says once of each change whether the server is there. */
export class Presence {
  private state: 'unknown' | 'there' | 'gone' = 'unknown';

  constructor(
    private readonly log: Log,
    private readonly url: string,
    private readonly workerId: string,
  ) {}

  heard(): void {
    if (this.state !== 'there') this.log.info(`connected to ${this.url} as ${this.workerId}`);
    this.state = 'there';
  }

  missed(why: string, held: number): void {
    if (this.state === 'there') this.log.warn(`the server is gone (${why}); ${held} attempts are kept`);
    if (this.state === 'unknown') this.log.warn(`no answer from ${this.url} yet (${why}); it is tried again and again`);
    this.state = 'gone';
  }
}
