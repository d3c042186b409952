import { type Answer, EngineCommands, Handle, type Pending, type StreamKey, TakeUpRuns } from '@orrery/application';
import { MemoryViews } from '@orrery/infrastructure/memory';
import { SimDatabase, type SimSession } from '../world/sim-database.js';
import { type Call, type PlantedFault, inMethod } from './plant.js';

/** Faults in who owns what, and in how runs are taken up from an earlier owner. */
export const inOwnership: readonly PlantedFault[] = [
  {
    name: 'two-owners',
    breaks: 'a partition is given to who asks for it, whoever has it',
    tellers: ['I9', 'I10', 'I13'],
    plant: inMethod(
      SimDatabase.prototype,
      'claim',
      ({ args: [, partitions] }: Call<SimDatabase, [SimSession, readonly number[]], number[]>) => [...partitions],
    ),
  },
  {
    name: 'memory-trusted-for-ever',
    breaks: 'memory is trusted whoever owns the stream',
    tellers: ['I1', 'I9'],
    plant: inMethod(Handle.prototype, 'isTrusted', () => true),
  },
  {
    name: 'recovery-skips-a-partition',
    breaks: 'the last partition that is taken over is not looked through',
    tellers: ['I9'],
    plant: inMethod(
      TakeUpRuns.prototype,
      'takeOver',
      ({ args: [partitions], sound }: Call<TakeUpRuns, [Iterable<number>], Promise<void>>) =>
        sound([...partitions].slice(0, -1)),
    ),
  },
  {
    name: 'recovery-by-log-alone',
    breaks: 'what the lists know is not taken up',
    tellers: ['I9'],
    plant: inMethod(MemoryViews.prototype, 'openRuns', async function* () {}),
  },
  {
    name: 'stale-run-left',
    breaks: 'a run that proved stale in memory is not looked at again',
    tellers: ['I9'],
    plant: inMethod(
      TakeUpRuns.prototype,
      'takeWaiting',
      ({ self }: Call<{ waiting: Map<string, StreamKey> }, [], Promise<void>>) => {
        self.waiting = new Map();
        return Promise.resolve();
      },
    ),
  },
  {
    name: 'gives-up-when-down',
    breaks: 'what the engine decides itself is dropped when the log cannot be written for a while',
    tellers: ['I9'],
    plant: inMethod(
      EngineCommands.prototype,
      'submit',
      ({
        self,
        args: [envelope, done],
      }: Call<{ handle: Handle }, [Parameters<Handle['handle']>[0], () => void], void>) => {
        self.handle.handle(envelope).then(done, done);
      },
    ),
  },
  {
    name: 'tried-once',
    breaks: 'what the engine decides itself is dropped when it is refused once',
    tellers: ['I9'],
    plant: inMethod(Handle.prototype, 'retryLater', ({ args: [pending], sound }: Call<Handle, [Pending], void>) => {
      if (pending.envelope.client) sound();
      else pending.resolve({ changed: false } as Answer);
    }),
  },
];
