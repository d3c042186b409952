import type { Log } from '../worker/log.js';

/** For how long nobody may answer before that is said, in milliseconds: three beats. */
const SILENT_AFTER_MS = 15_000;

/**
 * Says once that no engine answers, and once that one does again. The broker itself is there all the while, so that a worker
 * whose queues go by another prefix than the engines' would wait for ever, and without a word.
 */
export class Silence {
  private since = 0;
  private isTold = false;

  constructor(
    private readonly log: Log,
    private readonly prefix: string,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** There is a connection: whoever is there may answer from now on. */
  begin(): void {
    this.since = this.now();
  }

  /** Somebody has answered. */
  end(): void {
    this.since = this.now();
    if (this.isTold) this.log.info('an engine answers');
    this.isTold = false;
  }

  look(): void {
    if (this.isTold || this.now() - this.since < SILENT_AFTER_MS) return;
    this.isTold = true;
    this.log.warn(
      `no engine has answered for ${SILENT_AFTER_MS / 1_000} s: does one run there, and do its queues begin with "${this.prefix}."?`,
    );
  }
}
