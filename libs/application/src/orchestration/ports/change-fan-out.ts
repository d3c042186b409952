import type { StreamKey } from '../../kernel/ports/log.js';

/** Hears that a stream has committed, and whether that may have ended a run. */
export type HearChange = (key: StreamKey, mayBeEnd: boolean) => void;

/**
 * Brings word of commits from the process that made them to all others, where somebody may wait for them. Only a hint: it
 * may be lost or come late, and whoever waits looks for himself now and then.
 */
export abstract class ChangeFanOut {
  /** Something of this stream has committed here. */
  abstract tell(...change: Parameters<HearChange>): void;

  /** Calls back for what commits in other processes, from soon after this call on. */
  abstract listen(hear: HearChange): void;
}
