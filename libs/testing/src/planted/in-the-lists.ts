import {
  Follow,
  HandedOver,
  KeepViews,
  type LogPage,
  type Move,
  type FollowedCommit,
  START,
  type ViewBatch,
  type ViewWriter,
  WatchForeignCommits,
  Engine,
} from '@orrery/application';
import { MemoryLog, MemoryViews } from '@orrery/infrastructure/memory';
import { type Call, type PlantedFault, inMethod } from './plant.js';

type Write = Call<MemoryViews, [ViewBatch], Promise<boolean>>;
type Handled = readonly [commits: readonly FollowedCommit[], moves: readonly Move[]];

/** Faults in how the log is followed, and the lists are kept. */
export const inTheLists: readonly PlantedFault[] = [
  {
    name: 'naive-cursor',
    breaks: 'the log is read up to the last commit, past transactions that are still open',
    tellers: ['I4', 'I10', 'I16'],
    plant: inMethod(
      MemoryLog.prototype,
      'read',
      async ({
        self,
        args: [cursor, limit, partitions],
      }: Call<MemoryLog, Parameters<MemoryLog['read']>, Promise<LogPage>>) => {
        const { committed } = self.store;
        const start = self.store.indexAfter(cursor);
        const looked = committed.slice(start, start + limit);
        const commits = looked.filter(({ partition }) => !partitions || partitions.has(partition));
        return { commits, next: looked.at(-1)?.cursor ?? cursor, more: committed.length > start + limit };
      },
    ),
  },
  {
    name: 'checkpoint-before-rows',
    breaks: 'a checkpoint moves before its rows are written',
    tellers: ['I9', 'I10'],
    plant: inMethod(
      KeepViews.prototype,
      'handle',
      async ({ self, args: [commits, moves], sound }: Call<{ writer: ViewWriter }, Handled, Promise<boolean>>) => {
        if (!(await self.writer.write({ runs: [], definitions: [], deadLetters: [], moves }))) return false;
        return sound(commits, []);
      },
    ),
  },
  {
    name: 'rows-left-out',
    breaks: 'of a batch a run is left out of the lists',
    tellers: ['I10'],
    plant: inMethod(MemoryViews.prototype, 'write', ({ args: [batch], sound }: Write) =>
      sound({ ...batch, runs: batch.runs.filter(({ version }) => version % 5 !== 0) }),
    ),
  },
  {
    name: 'follower-goes-on-blindly',
    breaks: 'a follower whose checkpoint was moved by another goes on from its own',
    tellers: ['I10'],
    plant: inMethod(Follow.prototype, 'lost', () => 500),
  },
  {
    name: 'handed-over-uncounted',
    breaks: 'what this process wrote is taken for all there is',
    tellers: ['I4', 'I10', 'I16'],
    plant: inMethod(
      Follow.prototype,
      'takeOver',
      async ({
        self,
        args: [partitions],
      }: Call<{ handedOver: HandedOver; cursor: typeof START }, [ReadonlySet<number>], Promise<unknown>>) => {
        const own = self.handedOver.after(self.cursor, 1_000);
        const commits = own?.commits.filter(({ partition }) => partitions.has(partition));
        return own && { commits, next: own.upTo, more: false };
      },
    ),
  },
  {
    name: 'handed-over-amid-a-transaction',
    breaks: 'what was handed over of a transaction counts whole, though a part of it was written before',
    tellers: ['I4', 'I10', 'I16'],
    plant: inMethod(Follow.prototype, 'takeOver', ({ self, sound }: Call<{ cut: boolean }, [], Promise<unknown>>) => {
      self.cut = false;
      return sound();
    }),
  },
  {
    name: 'foreign-commits-unseen',
    breaks: 'nobody looks at what others commit in the owner’s runs, unless a notice comes',
    tellers: ['I9'],
    plant: inMethod(
      WatchForeignCommits.prototype,
      'handle',
      ({ self, args }: Call<{ views: KeepViews }, Handled, Promise<boolean>>) => self.views.handle(...args),
    ),
  },
  {
    name: 'notice-drops-all',
    breaks: 'a notice drops a stream from memory also amid a commit',
    tellers: ['I3', 'I9'],
    plant: inMethod(
      Engine.prototype,
      'noticed',
      ({
        self,
        args: [notice],
        sound,
      }: Call<
        { parts: { kernel: { aggregates: { peek(k: unknown): unknown; drop(a: unknown): void } } } },
        [unknown],
        void
      >) => {
        const { aggregates } = self.parts.kernel;
        const known = aggregates.peek(notice);
        if (known) aggregates.drop(known);
        sound();
      },
    ),
  },
];
