import {
  Follow,
  type FollowedCommit,
  type Follower,
  GENESIS,
  HandedOver,
  type Move,
  type NewCommit,
  keyOf,
} from '@orrery/application';
import { DEFAULT_NAMESPACE, type StreamId } from '@orrery/domain';
import { MemoryCheckpoints, MemoryLog, MemoryLogStore } from '@orrery/infrastructure/memory';
import { idIn } from './runs.js';
import { TestClock } from './test-clock.js';

export const NAME = 'followed';

function row(stream: StreamId, partition: number, firstVersion = 1): NewCommit {
  const events = '[{"type":"Happened","v":1}]';
  const text = { events, metadata: '[{"n":1,"at":0}]', hash: GENESIS };
  return { namespace: DEFAULT_NAMESPACE, stream, partition, firstVersion, lastVersion: firstVersion, ...text };
}

/** Rows of many streams, so many in each of these partitions. */
export function rows(partitions: readonly number[], each: number, start = 0): NewCommit[] {
  return partitions.flatMap((partition) =>
    Array.from({ length: each }, (_, index) => row(idIn(partition, start + index + 1), partition)),
  );
}

/** Notes what it is given. */
export class Notes implements Follower {
  readonly name = NAME;
  readonly upcasters = { Happened: [] };
  readonly seen: string[] = [];
  batches = 0;
  before: () => Promise<void> = () => Promise.resolve();
  constructor(private readonly checkpoints: MemoryCheckpoints) {}
  async handle(commits: readonly FollowedCommit[], moves: readonly Move[]): Promise<boolean> {
    this.batches += 1;
    await this.before();
    if (!this.checkpoints.moveNow(NAME, moves)) return false;
    this.seen.push(...commits.map(keyOf));
    return true;
  }
}

export function open(
  clock = new TestClock(),
  store = new MemoryLogStore(clock),
  checkpoints = new MemoryCheckpoints(),
) {
  const log = new MemoryLog(store);
  const notes = new Notes(checkpoints);
  const errors: unknown[] = [];
  const handedOver = new HandedOver();
  const follow = new Follow(notes, log, checkpoints, clock, (error) => errors.push(error), handedOver);
  const at = async (partition: number) => (await checkpoints.load(NAME, [partition])).get(partition)!;
  return { clock, store, log, checkpoints, notes, follow, handedOver, errors, at };
}

/** A log that counts the commits that are read of it, and hands over what it writes. */
export function openHanding() {
  const opened = open();
  const { log, handedOver, follow } = opened;
  let reads = 0;
  const read = log.read.bind(log);
  log.read = async (...asked) => {
    const page = await read(...asked);
    reads += page.commits.length;
    return page;
  };
  /** Writes rows in one statement, and hands them over, or all but the first few. */
  const write = async (written: readonly NewCommit[], lost = 0) => {
    const { transactionId, lastPosition: position } = await log.append(written);
    const cursor = { transactionId, position };
    for (const { namespace, stream, partition, firstVersion } of written.slice(lost)) {
      const event = { version: firstVersion, at: 0, event: { type: 'Happened', v: 1 } };
      handedOver.add({ key: { namespace, stream }, partition, cursor }, [event], { entriesText: '{"n":1,"at":0}' });
    }
    follow.poke();
  };
  return { ...opened, write, reads: () => reads };
}
