import {
  Aggregate,
  type Appended,
  CommitUnknown,
  Handle,
  type NewCommit,
  type OnCommitted,
  type Pending,
} from '@orrery/application';
import { MemoryLog, MemoryLogStore } from '@orrery/infrastructure/memory';
import { SimLog } from '../world/sim-log.js';
import { type Call, type PlantedFault, inMethod } from './plant.js';

type Append = Call<unknown, [readonly NewCommit[]], Promise<Appended>>;
type OnStream = Call<Aggregate, [], void>;

/** Faults in how commands are decided, committed and answered. */
export const inTheLog: readonly PlantedFault[] = [
  {
    name: 'version-twice',
    breaks: 'a stream has two rows of the same version',
    tellers: ['I3'],
    plant: inMethod(MemoryLogStore.prototype, 'claim', async () => true),
  },
  {
    name: 'answer-before-commit',
    breaks: 'a command is answered when it is decided',
    tellers: ['I1', 'I9', 'no bugs'],
    plant: inMethod(
      Handle.prototype,
      'gather',
      ({ args: [aggregate, pending], sound }: Call<Handle, [Aggregate, Pending, unknown], void>) => {
        sound();
        const { transactionId, position } = aggregate.cursor;
        const stream = { partition: aggregate.partition, stream: aggregate.key.stream, version: aggregate.version };
        pending.resolve({ position: { transactionId, position, ...stream }, changed: true });
      },
    ),
  },
  {
    name: 'conflict-ignored',
    breaks: 'a row that conflicts is taken as written',
    tellers: ['I1', 'I3', 'I9'],
    plant: inMethod(MemoryLog.prototype, 'append', async ({ sound }: Append) => ({
      ...(await sound()),
      conflicts: new Set<string>(),
    })),
  },
  {
    name: 'unknown-is-written',
    breaks: 'a commit whose reply was lost is taken as written',
    tellers: ['I1', 'I3', 'I9'],
    plant: inMethod(SimLog.prototype, 'append', async ({ sound }: Append) => {
      try {
        return await sound();
      } catch (error) {
        if (!(error instanceof CommitUnknown)) throw error;
        return { transactionId: 1n, lastPosition: 1n, conflicts: new Set<string>() };
      }
    }),
  },
  {
    name: 'unknown-is-not-written',
    breaks: 'a commit whose reply was lost is taken as not written, and memory as what the log has',
    tellers: ['I9'],
    plant: inMethod(
      Handle.prototype,
      'refused',
      ({ self, args: [aggregates, cause], sound }: Call<Handle, [readonly Aggregate[], unknown], void>) => {
        if (!(cause instanceof CommitUnknown)) return sound();
        for (const aggregate of aggregates) {
          for (const { pending } of aggregate.inFlight?.waiting ?? []) pending.reject(cause);
          aggregate.inFlight = undefined;
        }
        return void self;
      },
    ),
  },
  {
    name: 'key-ignored',
    breaks: 'a command that comes again is decided again when its stream was read from the log',
    tellers: ['I2'],
    plant: inMethod(Aggregate.prototype, 'fold', ({ self, sound }: OnStream) => {
      sound();
      self.seen.clear();
    }),
  },
  {
    name: 'acts-on-refused-rows',
    breaks: 'what was decided is acted on though it did not commit',
    tellers: ['I1', 'I5', 'I8', 'I9', 'I10'],
    plant: inMethod(
      Handle.prototype,
      'refused',
      ({ self, args: [aggregates], sound }: Call<{ listeners: OnCommitted[] }, [readonly Aggregate[]], void>) => {
        for (const aggregate of aggregates)
          for (const tell of self.listeners) {
            const { inFlight } = aggregate;
            if (inFlight) tell(aggregate, inFlight.events, inFlight);
          }
        sound();
      },
    ),
  },
  {
    name: 'acts-before-commit',
    breaks: 'what is decided is acted on before it commits',
    tellers: ['I1', 'I5', 'I8', 'I9', 'I10'],
    plant: inMethod(
      Handle.prototype,
      'gather',
      ({ self, args: [aggregate], sound }: Call<{ listeners: OnCommitted[] }, [Aggregate], void>) => {
        sound();
        const { gathering } = aggregate;
        for (const tell of self.listeners) tell(aggregate, gathering!.events, gathering!);
      },
    ),
  },
  {
    name: 'answered-by-what-was-under-way',
    breaks: 'a refusal stands on what was sent before its command came',
    tellers: ['I9'],
    plant: inMethod(Handle.prototype, 'isOwn', () => true),
  },
  {
    name: 'hash-not-read',
    breaks: 'what is written after a reading does not go on with the chain of hashes',
    tellers: ['I3'],
    plant: inMethod(Aggregate.prototype, 'fold', ({ self, sound }: OnStream) => {
      const { hash } = self;
      sound();
      self.hash = hash;
    }),
  },
];
