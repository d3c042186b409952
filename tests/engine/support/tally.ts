import {
  Aggregates,
  type Envelope,
  AllowEverything,
  Entropy,
  Handle,
  type Log,
  Ownership,
  Snapshots,
  type StreamType,
  streamType,
} from '@orrery/application';
import { type Decider, type DomainEvent, type Namespace, Refused, type StreamId, command } from '@orrery/domain';
import type { TestClock } from './test-clock.js';

/** The smallest stream there is: a sum that may not go above a hundred, and that remembers who added what. */
export class Add extends command('Add')<{ by: string; amount: number }> {}
export class Break extends command('Break')<object> {}
type Added = DomainEvent & { readonly type: 'Added'; readonly by: string; readonly amount: number };
interface Sum {
  total: number;
  readonly by: string[];
}

const decider: Decider<Sum, Add | Break, Added> = {
  kind: 'sum',
  stateVersion: 1,
  initial: () => ({ total: 0, by: [] }),
  decide: {
    Add: ({ data }, { by, total }) => {
      if (by.includes(data.by)) return [];
      if (total + data.amount > 100) throw new Refused('sum.too-large', 'the sum would be above a hundred');
      return [{ type: 'Added', v: 1, ...data }];
    },
    Break: () => {
      throw new TypeError('a bug');
    },
  },
  evolve: {
    Added: (sum, { by, amount }) => {
      sum.total += amount;
      sum.by.push(by);
      return sum;
    },
  },
  follow: {},
};

/** How many additions a test makes to see a snapshot. */
export const SNAPSHOT_EVERY = 10;

const sums: StreamType = streamType<Sum, Add | Break, Added>({
  kind: 'sum',
  upcasters: { Added: [] },
  deciderToBegin: () => decider,
  deciderOf: () => decider,
  snapshotEvery: () => SNAPSHOT_EVERY,
  snapshotSchema: () => 'sum/1',
  deciderOfSnapshot: (_namespace, schema) => (schema === 'sum/1' ? decider : undefined),
  isOver: () => false,
  isDeleted: () => false,
});

export class SeededEntropy extends Entropy {
  constructor(private state = 1) {
    super();
  }
  override random(): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return this.state / 2 ** 32;
  }
  override bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => Math.floor(this.random() * 256));
  }
}

/** Owns all partitions, or none, as a test says. */
export class TestOwnership extends Ownership {
  partitions = new Set(Array.from({ length: 16 }, (_, partition) => partition));
  isTrusted = true;
  override async start(onChange: (owned: ReadonlySet<number>) => void): Promise<void> {
    onChange(this.partitions);
  }
  override owned(): ReadonlySet<number> {
    return this.partitions;
  }
  override trusted(): boolean {
    return this.isTrusted;
  }
  override async confirm(): Promise<boolean> {
    return this.isTrusted;
  }
  override async release(): Promise<void> {}
}

class NoSnapshots extends Snapshots {
  override load() {
    return Promise.resolve(new Map<string, never>());
  }
  override async save(): Promise<void> {}
  override async remove(): Promise<void> {}
}

/** A process over a log, with nothing in it but the shell. */
export function openShell(log: Log, clock: TestClock, snapshots: Snapshots = new NoSnapshots()) {
  const ownership = new TestOwnership();
  const aggregates = new Aggregates(log, snapshots, clock, 16);
  const handle = new Handle(aggregates, log, ownership, new AllowEverything(), clock, new SeededEntropy());
  return { aggregates, handle, ownership };
}

export const STREAM = '00000000-0000-7000-8000-000000000001' as StreamId;

/** An addition on its way; with a key it is a client's. */
export function add(
  by: string,
  amount: number,
  options: Partial<Envelope> & { key?: string; body?: string } = {},
): Envelope {
  const { key, body = by, ...rest } = options;
  return {
    namespace: 'default' as Namespace,
    stream: STREAM,
    type: sums,
    command: new Add({ by, amount }),
    ...(key === undefined ? {} : { client: { id: key, body, actor: 'tester' } }),
    ...rest,
  };
}

export function breakIt(): Envelope {
  return { ...add('', 0), command: new Break({}) };
}
