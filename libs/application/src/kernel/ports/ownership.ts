/**
 * Who owns which partition: decided in one place. The owner decides a partition's commands from memory, hands out its
 * tasks, fires its timers and writes its views. Ownership makes things fast; the log's unique key makes them right.
 */
export abstract class Ownership {
  /**
   * Starts to claim partitions; calls back with all that are owned whenever that changes. Where partitions are given
   * up to another process, it waits for the returned promise (5 s at most) before the other may have them; where they
   * were lost it does not.
   */
  abstract start(onChange: (owned: ReadonlySet<number>) => void | Promise<void>): Promise<void>;
  abstract owned(): ReadonlySet<number>;
  /**
   * Whether what is in memory may be trusted, of one partition or of all: the session that holds its lock has answered
   * within the last 5 s.
   */
  abstract trusted(partition?: number): boolean;
  /** Asks the session that holds the locks, now. */
  abstract confirm(): Promise<boolean>;
  abstract release(): Promise<void>;
}
