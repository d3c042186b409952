/** An engine as the others see it: whether its session is there, and whether it has beaten lately. */
export interface Peer {
  readonly id: string;
  readonly connected: boolean;
  readonly beating: boolean;
}

/**
 * The session that holds a process's locks, one a partition, and that its appends go by: with it every lock is gone at
 * once, and nothing that it had begun can commit any more. It connects again by itself. What is asked of it fails with
 * `Unavailable`, or with any other error when nobody knows whether it was done.
 */
export abstract class Locks {
  /** The session there is now: another one each time that it was lost, and none while it is. */
  abstract get session(): object | undefined;
  /** Whether something that was sent at most so many milliseconds ago has been answered by this session. */
  abstract answeredWithin(ms: number): boolean;
  abstract onUp(listener: () => void): void;
  abstract onLost(listener: () => void): void;
  abstract ping(): Promise<void>;
  /** Says that this engine lives, and that this session holds its locks. */
  abstract beat(): Promise<void>;
  /** Every engine, this one too; one beats that has beaten within so many milliseconds. */
  abstract look(silentMs: number): Promise<readonly Peer[]>;
  /** Ends the sessions of those among these engines that have not beaten for so many milliseconds. */
  abstract endSilent(silentMs: number, engines: readonly string[]): Promise<void>;
  /** Takes the locks of these partitions that are free, and tells which those are. */
  abstract claim(partitions: readonly number[]): Promise<readonly number[]>;
  abstract letGo(partitions: readonly number[]): Promise<void>;
  /** This engine is no more. */
  abstract withdraw(): Promise<void>;
}
